import Engine
import Foundation
import Settings

extension ConnectorType {
    /// A program of the operator's own: `{type: shell, command: [/usr/local/bin/letter, --pdf], timeout: 60}`.
    static let shell = ConnectorType("shell", .service) { section, surroundings in
        let timeout = section.duration("timeout") ?? 30_000
        let given = section.value("command")?.sequence
        guard surroundings.allowsShell else {
            section.walk.report(section.node, "services of type shell are off; allow-shell: true at the top of the file turns them on")
            return nil
        }
        let command = given?.compactMap { $0.scalar?.string } ?? []
        guard command.first?.hasPrefix("/") == true, command.count == given?.count else {
            section.report("command", "command is a list: the whole path of a program, then its arguments")
            return nil
        }
        return ConnectorParts(
            ShellConnector(name: section.name, endpoint: command[0]), service: ShellService(command: command, timeout: timeout))
    }
}

/// A program as a connector: it is up while it can be run.
private struct ShellConnector: Connector {
    let name: String
    let system = "shell"
    let endpoint: String

    func probe() async throws(ConnectorFailure) -> ProbeAnswer {
        guard FileManager.default.isExecutableFile(atPath: endpoint) else {
            throw ConnectorFailure(.client, "\(endpoint) is no program that can be run here")
        }
        return ProbeAnswer()
    }
}
