import Engine
import Foundation
import Yams

/// Reads the YAML of a `ServicesFile`, collecting everything that is wrong with its place.
struct ServicesReader {
    let file: String
    private(set) var complaints: [String] = []
    private var allowsShell = false

    init(file: String) { self.file = file }

    mutating func directory(_ text: String) -> ServiceDirectory {
        var directory = ServiceDirectory()
        let root: Node?
        do {
            root = try Yams.compose(yaml: text)
        } catch {
            complain(about: error)
            return directory
        }
        guard let root, let top = mapping(root, "the file") else { return directory }
        check(top, knows: ["allow-shell", "services", "gateways"], in: "the file")
        if let node = top["allow-shell"] { allowsShell = flag(node) ?? false }
        for (name, node) in entries(top["services"], "services") { directory.services[name] = service(name, node) }
        for (name, node) in entries(top["gateways"], "gateways") { directory.gateways[name] = gateway(name, node) }
        return directory
    }

    // MARK: Services

    private mutating func service(_ name: String, _ node: Node) -> (any ServiceCall)? {
        if let word = node.scalar?.string {
            switch word {
            case "echo": return EchoService()
            case "http": return http(name, [:], node)
            default:
                complain(node, "a service is echo or http, or a mapping with its type, not \(word)")
                return nil
            }
        }
        guard let settings = mapping(node, name) else { return nil }
        switch text(settings["type"]) {
        case "echo":
            check(settings, knows: ["type"], in: name)
            return EchoService()
        case "http":
            check(settings, knows: ["type", "url", "timeout"], in: name)
            return http(name, settings, node)
        case "shell":
            check(settings, knows: ["type", "command", "timeout"], in: name)
            return shell(settings, node)
        default:
            complain(settings["type"] ?? node, "\(name) needs a type: echo, http or shell")
            return nil
        }
    }

    private mutating func http(_ name: String, _ settings: Node.Mapping, _ node: Node) -> (any ServiceCall)? {
        let url = text(settings["url"]) ?? name
        guard url.hasPrefix("http://") || url.hasPrefix("https://"), !url.utf8.contains(where: { $0 <= 32 }) else {
            complain(settings["url"] ?? node, "\(name) needs a url that begins with http:// or https://")
            return nil
        }
        return InterfaceBService(url: url, timeout: milliseconds(settings["timeout"]))
    }

    private mutating func shell(_ settings: Node.Mapping, _ node: Node) -> (any ServiceCall)? {
        guard allowsShell else {
            complain(node, "services of type shell are off; allow-shell: true at the top of the file turns them on")
            return nil
        }
        let command = settings["command"]?.sequence?.compactMap { $0.scalar?.string } ?? []
        guard command.first?.hasPrefix("/") == true, command.count == settings["command"]?.sequence?.count else {
            complain(settings["command"] ?? node, "command is a list: the whole path of a program, then its arguments")
            return nil
        }
        return ShellService(command: command, timeout: milliseconds(settings["timeout"]))
    }

    // MARK: Gateways

    private mutating func gateway(_ name: String, _ node: Node) -> (any DataGateway)? {
        guard let settings = mapping(node, name) else { return nil }
        switch text(settings["type"]) {
        case "files":
            check(settings, knows: ["type", "folder"], in: name)
            return path(settings["folder"], node, "folder").map { FileGateway(folder: $0) }
        case "sql":
            check(settings, knows: ["type", "database", "read", "write"], in: name)
            let reads = statements(settings["read"], "read"), writes = statements(settings["write"], "write")
            return path(settings["database"], node, "database").map { SQLGateway(path: $0, reads: reads, writes: writes) }
        default:
            complain(settings["type"] ?? node, "\(name) needs a type: files or sql")
            return nil
        }
    }

    private mutating func statements(_ node: Node?, _ what: String) -> [String: String] {
        var found: [String: String] = [:]
        for (name, node) in entries(node, what) {
            if let sql = text(node), !sql.isEmpty { found[name] = sql } else { complain(node, "\(name) needs an SQL statement") }
        }
        return found
    }

    private mutating func path(_ node: Node?, _ parent: Node, _ what: String) -> String? {
        guard let text = text(node), !text.isEmpty else {
            complain(node ?? parent, "a \(what) is missing: a path, from this file's folder where it is relative")
            return nil
        }
        return URL(fileURLWithPath: text, relativeTo: URL(fileURLWithPath: file).deletingLastPathComponent()).path
    }

    // MARK: Parts

    private func text(_ node: Node?) -> String? { node?.scalar?.string }

    private mutating func mapping(_ node: Node, _ what: String) -> Node.Mapping? {
        if let mapping = node.mapping { return mapping }
        complain(node, "\(what) must be a mapping of names to values")
        return nil
    }

    private mutating func entries(_ node: Node?, _ what: String) -> [(String, Node)] {
        guard let node, node.null == nil, let mapping = mapping(node, what) else { return [] }
        return mapping.map { ($0.key.scalar?.string ?? "", $0.value) }
    }

    private mutating func flag(_ node: Node) -> Bool? {
        if let value = node.bool { return value }
        complain(node, "this is true or false")
        return nil
    }

    /// Seconds as milliseconds; half a minute where nothing is said.
    private mutating func milliseconds(_ node: Node?) -> Int64 {
        guard let node else { return 30_000 }
        if let seconds = node.float, seconds >= 0.1, seconds <= 3600 { return Int64(seconds * 1000) }
        complain(node, "a timeout is a number of seconds from 0.1 to 3600")
        return 30_000
    }

    private mutating func check(_ mapping: Node.Mapping, knows keys: [String], in what: String) {
        for key in mapping.keys where !keys.contains(key.scalar?.string ?? "") {
            complain(key, "\(what) has no \(key.scalar?.string ?? "such key"); there are \(keys.joined(separator: ", "))")
        }
    }

    private mutating func complain(_ node: Node, _ message: String) { complain(node.mark, message) }

    private mutating func complain(_ mark: Mark?, _ message: String) {
        guard complaints.count < 100 else { return }
        complaints.append((mark.map { "\(file):\($0.line):\($0.column)" } ?? file) + ": error: \(message)")
    }

    private mutating func complain(about error: any Error) {
        switch error as? YamlError {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _), .composer(_, let problem, let mark, _):
            complain(mark, "this is not YAML: \(problem)")
        case .duplicatedKeysInMapping(let duplicates, let context):
            complain(context.mark, "\(duplicates.map { "\($0)" }.joined(separator: ", ")) appears twice; keep one")
        default: complain(nil as Mark?, "the file is not YAML")
        }
    }
}
