import Yams

extension HouseConfiguration {
    /// Every setting, and every value of the file that has a shape of its own, with its source; secrets are masked.
    public var entries: [EffectiveSetting] {
        let walk = SettingsWalk(file: file)
        var entries = settings.map { EffectiveSetting(key: $0.key, value: Self.masked($0.value, under: $0.key), source: $0.source) }
        guard let text, let root = walk.root(text) else { return entries }
        for key in Self.shaped { if let node = root.value(key) { Self.flatten(node, key, walk, &entries) } }
        return entries
    }

    private static func flatten(_ node: Node, _ key: String, _ walk: SettingsWalk, _ entries: inout [EffectiveSetting]) {
        if let mapping = node.mapping {
            for (name, value) in mapping { flatten(value, "\(key).\(name.scalar?.string ?? "")", walk, &entries) }
        } else if let sequence = node.sequence {
            for (index, value) in sequence.enumerated() { flatten(value, "\(key).\(index)", walk, &entries) }
        } else if let text = node.scalar?.string {
            entries.append(EffectiveSetting(key: key, value: masked(text, under: key), source: .file(walk.place(of: node))))
        }
    }

    /// A value as it may be shown: what could be a secret is not.
    static func masked(_ text: String, under key: String) -> String {
        let name = key.split(separator: ".").last?.lowercased() ?? ""
        if ["password", "secret", "token", "key", "passphrase"].contains(where: { name.contains($0) }), name != "keymap", !text.isEmpty {
            return SecretReference(text)?.description ?? "•••"
        }
        // scheme://user:password@host
        if let start = text.firstRange(of: "://") {
            let rest = text[start.upperBound...], end = rest.firstIndex { "/?#".contains($0) } ?? rest.endIndex
            if let at = rest[..<end].lastIndex(of: "@"), rest[..<at].contains(":") {
                return masked(words: text[..<start.upperBound] + rest[..<rest.firstIndex(of: ":")!] + ":•••" + rest[at...])
            }
        }
        return masked(words: text[...])
    }

    /// `password=…`, as libpq takes it, in words or in a query.
    private static func masked(words text: Substring) -> String {
        guard let start = text.lowercased().firstRange(of: "password=") else { return String(text) }
        let offset = text.lowercased().distance(from: text.lowercased().startIndex, to: start.upperBound)
        let value = text.index(text.startIndex, offsetBy: offset)
        let end = text[value...].firstIndex { $0 == " " || $0 == "&" } ?? text.endIndex
        return text[..<value] + "•••" + text[end...]
    }
}
