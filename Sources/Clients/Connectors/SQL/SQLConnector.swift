import Engine
import Settings

extension ConnectorType {
    /// An SQLite database with named statements: `{type: sql, database: customers.db, read: {NAME: SQL}, write: {NAME: SQL}}`.
    static let sql = ConnectorType("sql", .gateway) { section, surroundings in
        let reads = statements(section, "read"), writes = statements(section, "write")
        return section.path("database", surroundings).map { database in
            let gateway = SQLGateway(path: database, reads: reads, writes: writes)
            return ConnectorParts(SQLConnector(name: section.name, endpoint: database, gateway: gateway), gateway: gateway)
        }
    }

    private static func statements(_ section: SettingsSection, _ key: String) -> [String: String] {
        var found: [String: String] = [:]
        for (name, node) in section.entries(key) {
            if let sql = node.scalar?.string, !sql.isEmpty {
                found[name] = sql
            } else {
                section.walk.report(node, "\(name) needs an SQL statement")
            }
        }
        return found
    }
}

/// A database as a connector: it is up while it opens and answers.
private struct SQLConnector: Connector {
    let name: String
    let system = "sql"
    let endpoint: String
    let gateway: SQLGateway

    func probe() async throws(ConnectorFailure) -> ProbeAnswer {
        do {
            return ProbeAnswer(version: "SQLite " + (try await gateway.libraryVersion()))
        } catch {
            throw ConnectorFailure(.server, error.message)
        }
    }
}
