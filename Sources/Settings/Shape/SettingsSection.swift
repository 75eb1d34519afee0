import Yams

/// A mapping in a file of settings, read key by key. What is asked for is what it knows: `finish` names every other key.
///
/// A value that is missing or wrong is nil; what is wrong has been reported by then.
public final class SettingsSection {
    public let walk: SettingsWalk
    /// For messages: `cache`, `the file`.
    public let name: String
    public let node: Node
    private let mapping: Node.Mapping
    private var known: [String] = []

    init(_ walk: SettingsWalk, _ name: String, _ node: Node, _ mapping: Node.Mapping) {
        self.walk = walk
        self.name = name
        self.node = node
        self.mapping = mapping
    }

    /// One that says nothing, for an entry that is a word alone.
    public convenience init(empty walk: SettingsWalk, _ node: Node, called name: String) { self.init(walk, name, node, .init([])) }

    /// The value as it is, whatever its kind; nil where the key is not there.
    public func value(_ key: String) -> Node? {
        if !known.contains(key) { known.append(key) }
        return mapping[key]
    }

    public func has(_ key: String) -> Bool { value(key) != nil }

    /// - Parameter message: what to say when it is missing or no text; nil: it may be missing.
    public func text(_ key: String, or message: String? = nil) -> String? {
        let value = value(key)
        if let text = value?.scalar?.string, !text.isEmpty { return text }
        if let message {
            report(key, message)
        } else if let value, value.scalar == nil {
            walk.report(value, "\(key) is a text")
        }
        return nil
    }

    public func flag(_ key: String) -> Bool? {
        guard let value = value(key) else { return nil }
        if let flag = value.bool { return flag }
        walk.report(value, "\(key) is true or false")
        return nil
    }

    public func number(_ key: String, in range: ClosedRange<Int>) -> Int? {
        guard let value = value(key) else { return nil }
        if let number = value.int, range.contains(number) { return number }
        walk.report(value, "\(key) is a number from \(range.lowerBound) to \(range.upperBound)")
        return nil
    }

    /// A time in milliseconds: a number of seconds, or `500ms`, `2s`, `1m`, `1h`; from 0.1 s to an hour.
    public func duration(_ key: String) -> Int64? {
        guard let value = value(key) else { return nil }
        if let time = value.scalar.flatMap({ SettingsTime.milliseconds($0.string) }), (100 ... 3_600_000).contains(time) { return time }
        walk.report(value, "a \(key) is a number of seconds from 0.1 to 3600, or a time such as 500ms, 2s or 1m")
        return nil
    }

    public func texts(_ key: String) -> [String]? {
        guard let value = value(key) else { return nil }
        if let text = value.scalar?.string { return [text] }
        let texts = value.sequence?.compactMap { $0.scalar?.string } ?? []
        if let sequence = value.sequence, sequence.count == texts.count { return texts }
        walk.report(value, "\(key) is a list of texts")
        return nil
    }

    /// A reference to a secret; the secret itself is refused here, without being repeated.
    public func secret(_ key: String) -> SecretReference? {
        guard let value = value(key) else { return nil }
        guard let reference = value.scalar.flatMap({ SecretReference($0.string) }) else {
            walk.report(value, "\(key) is a reference to a secret, never the secret: env:NAME, file:PATH or vault:path#field")
            return nil
        }
        walk.note(reference, at: value)
        return reference
    }

    public func section(_ key: String) -> SettingsSection? {
        guard let value = value(key), value.null == nil else { return nil }
        return walk.section(value, called: key)
    }

    /// Names and values below a key; none where it is not there.
    public func entries(_ key: String) -> [(name: String, node: Node)] {
        guard let value = value(key), value.null == nil, let mapping = walk.section(value, called: key)?.mapping else { return [] }
        return mapping.map { ($0.key.scalar?.string ?? "", $0.value) }
    }

    /// Names below a key with a mapping each.
    public func sections(_ key: String) -> [SettingsSection] {
        entries(key).compactMap { walk.section($0.node, called: $0.name) }
    }

    /// A mapping by the name of its entry, for a node of `entries`.
    public func section(_ node: Node, called name: String) -> SettingsSection? { walk.section(node, called: name) }

    /// What is wrong with a key's value, or with the section where the key is not there.
    public func report(_ key: String, _ message: String) { walk.report(mapping[key] ?? node, message) }

    /// Reports every key that nobody asked for.
    public func finish() {
        for key in mapping.keys {
            let text = key.scalar?.string ?? "such key"
            guard !known.contains(text) else { continue }
            walk.report(key, "\(name) has no \(text); there are \(known.joined(separator: ", "))")
        }
    }
}

/// Times as people write them in files of settings.
public enum SettingsTime {
    private static let units: [(suffix: String, milliseconds: Double)] = [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000)]

    /// nil: no time. A number alone is seconds.
    public static func milliseconds(_ text: String) -> Int64? {
        let unit = units.first { text.hasSuffix($0.suffix) }
        let digits = unit.map { text.dropLast($0.suffix.count) } ?? text[...]
        guard let number = Double(digits), number.isFinite, number >= 0, number < 1e9 else { return nil }
        return Int64(number * (unit?.milliseconds ?? 1000))
    }
}
