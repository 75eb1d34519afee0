/// What `--store` names: a file, or a database of a PostgreSQL server.
public enum StoreAddress: Sendable, Equatable {
    case file(String)
    /// As psql takes it; empty where `PG*` in the environment says it all.
    case server(String)

    /// A `postgresql://` URL, `key=value` pairs with one of a connection's keys, or the word `pg` name a server; all else a file.
    public init(_ text: String) {
        let keys: Set<Substring> = ["host", "hostaddr", "port", "dbname", "user", "service"]
        if text == "pg" {
            self = .server("")
        } else if text.hasPrefix("postgresql://") || text.hasPrefix("postgres://") {
            self = .server(text)
        } else if text.split(separator: " ").contains(where: { $0.contains("=") && keys.contains($0.prefix { $0 != "=" }) }) {
            self = .server(text)
        } else {
            self = .file(text)
        }
    }
}
