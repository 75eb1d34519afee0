import CPostgres

/// Where the database is, as psql takes it: a `postgresql://` URL, `key=value` pairs, or nothing where `PG*` in the environment says it.
public struct ServerPlace: Sendable {
    private let text: String

    /// - Parameter text: nil or empty leaves everything to the environment, `~/.pgpass` and `~/.pg_service.conf`.
    public init(_ text: String?) { self.text = text ?? "" }

    /// For people: never with the password.
    var description: String {
        var message: UnsafeMutablePointer<CChar>?
        guard let parsed = PQconninfoParse(text, &message) else {
            PQfreemem(message)
            return "the database"
        }
        defer { PQconninfoFree(parsed) }
        var values = Self.values(parsed)
        if let defaults = PQconndefaults() {
            values.merge(Self.values(defaults)) { own, _ in own }
            PQconninfoFree(defaults)
        }
        let user = values["user"].map { $0 + "@" } ?? ""
        return
            "postgresql://\(user)\(values["host"] ?? "localhost"):\(values["port"] ?? "5432")/\(values["dbname"] ?? values["user"] ?? "")"
    }

    private static func values(_ options: UnsafeMutablePointer<PQconninfoOption>) -> [String: String] {
        var values: [String: String] = [:]
        var option = options
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val, value.pointee != 0 { values[String(cString: keyword)] = String(cString: value) }
            option += 1
        }
        return values
    }

    /// Waits until the server has answered or is known not to. What we name comes before the user's own text, which overrides it.
    func connect() -> OpaquePointer? {
        // A peer that went silent is noticed in about ten seconds.
        let defaults = [
            ("connect_timeout", "5"), ("keepalives_idle", "5"), ("keepalives_interval", "2"), ("keepalives_count", "3"),
            ("tcp_user_timeout", "10000"), ("fallback_application_name", "mizzen"), ("dbname", text),
        ]
        let keys = CStrings(defaults.map(\.0)), values = CStrings(defaults.map(\.1))
        return keys.withPointers { keys in values.withPointers { values in PQconnectdbParams(keys, values, 1) } }
    }
}

/// Strings as C wants a list of them, with a nil at its end.
private struct CStrings {
    let strings: [[CChar]]

    init(_ strings: [String]) { self.strings = strings.map { Array($0.utf8CString) } }

    func withPointers<T>(_ body: (UnsafePointer<UnsafePointer<CChar>?>) -> T) -> T {
        let flat = strings.flatMap { $0 }
        return flat.withUnsafeBufferPointer { flat in
            var offset = 0
            var pointers: [UnsafePointer<CChar>?] = strings.map { string in
                defer { offset += string.count }
                return flat.baseAddress.map { $0 + offset }
            }
            pointers.append(nil)
            return pointers.withUnsafeBufferPointer { $0.baseAddress.map(body) ?? body([nil]) }
        }
    }
}
