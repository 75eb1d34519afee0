/// URLs as messages may show them: without user, password, fragment, and without query values that look like secrets.
public enum ReadableURL {
    public static func text(_ url: String) -> String {
        let shown = String(withoutUser(url).prefix { $0 != "#" }.map { ($0.asciiValue ?? 32) < 32 ? "?" : $0 })
        let parts = shown.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var text = String(parts[0])
        if parts.count == 2 {
            text += "?" + parts[1].split(separator: "&", omittingEmptySubsequences: false).map(field).joined(separator: "&")
        }
        return text.count > 300 ? text.prefix(300) + "…" : text
    }

    /// Host and port, as written.
    static func place(_ url: String) -> String {
        let rest = url.split(separator: "://", maxSplits: 1).last ?? ""
        return rest.prefix { !"/?#".contains($0) }.split(separator: "@").last?.lowercased() ?? ""
    }

    /// The last @ before the path ends user and password; also one further on, where a password with a slash was not escaped.
    private static func withoutUser(_ url: String) -> String {
        let parts = url.split(separator: "://", maxSplits: 1, omittingEmptySubsequences: false)
        let scheme = parts.count == 2 ? parts[0] + "://" : "", rest = parts.last ?? ""
        let authority = rest.prefix { !"/?#".contains($0) }
        let port = authority.split(separator: ":", omittingEmptySubsequences: false).dropFirst().last ?? ""
        let isWhole = authority.contains("@") || authority.hasSuffix("]") || port.allSatisfy(\.isNumber)
        guard let at = (isWhole ? authority : rest).lastIndex(of: "@") else { return scheme + rest }
        return scheme + "***@" + rest[rest.index(after: at)...]
    }

    private static func field(_ field: Substring) -> String {
        guard let equals = field.firstIndex(of: "=") else { return String(field) }
        let name = field[..<equals].lowercased(), value = field[field.index(after: equals)...]
        return isSecret(name, value) ? field[...equals] + "***" : String(field)
    }

    private static let names = ["token", "key", "secret", "pass", "pwd", "sig", "auth", "credential", "session", "code"]

    /// By its name, or because it is long and looks drawn at random.
    private static func isSecret(_ name: String, _ value: Substring) -> Bool {
        if names.contains(where: name.contains) { return true }
        return value.utf8.count >= 24 && value.contains(where: \.isNumber) && value.contains(where: \.isLetter)
            && !value.contains(where: { " +.,:/%".contains($0) })
    }
}
