import Engine
import Platform
import Foundation
import PostgresStore
import Support
import Workflow

/// The statements one case takes from its start to its end, as the server logged them, made into a script for pgbench: what differs from
/// case to case becomes a variable, everything else stays as it was.
struct StatementCapture {
    private let server: PostgresServer
    private let url: String
    private let file: String
    let statements: Int

    /// Marks in the recorded case: a number and a name no other has.
    private static let number: Int64 = 700_000_001
    private static let name = "CAPTURED"

    init(_ server: PostgresServer) async throws {
        self.server = server
        url = try server.newDatabase()
        let store = try await PostgresStore(ServerPlace(url), writers: 1, readers: 1)
        let engine = WorkflowEngine(store: store)
        try await Clients.load(engine)
        // Plans are made and rules looked up before.
        _ = try await Clients.work(engine, "before")
        _ = try await store.reserveCaseNumbers(tenant: .local, count: Int(Self.number) - 2)
        let database = url.split(separator: "/").last.map { String($0) } ?? ""
        try server.sql("ALTER SYSTEM SET log_statement = 'all'")
        try server.sql("SELECT pg_reload_conf()")
        try await Task.sleep(for: .milliseconds(500))
        _ = try await Clients.work(engine, Self.name)
        try server.sql("ALTER SYSTEM SET log_statement = 'none'")
        try server.sql("SELECT pg_reload_conf()")
        try await Task.sleep(for: .milliseconds(500))
        guard let id = try await store.caseSummary(tenant: .local, number: Self.number)?.internalID else {
            throw StoreError(.failure, "the recorded case is not there")
        }
        try await store.close()
        var lines = try Self.logged(server, database).compactMap { Self.line($0.statement, $0.parameters, id) }
        statements = lines.count
        // A transaction is one round trip, as it is for the engine.
        lines = lines.flatMap { $0.hasPrefix("BEGIN") ? ["\\startpipeline", $0] : $0.hasPrefix("COMMIT") ? [$0, "\\endpipeline"] : [$0] }
        file = server.folder + "/case.sql"
        let head = "\\set k :k + 1\n\\set number (:client_id + 1) * 1000000 + :k + \(Self.number)\n\\set id \(id) + :number\n"
        try Data((head + lines.joined(separator: "\n") + "\n").utf8).write(to: URL(fileURLWithPath: file))
    }

    /// Cases per second, once every connection has made its plans. Every run begins where no other was.
    func run(_ clients: Int, _ seconds: Double) throws -> Double {
        let options =
            """
            -c role=mizzen_application -c mizzen.tenant=1 -c enable_seqscan=off -c \
            enable_bitmapscan=off -c plan_cache_mode=force_generic_plan -c jit=off
            """
        let start = Int.random(in: 0 ..< 900) * 1000, warm = 2 + clients / 16
        let text = try server.run(
            "pgbench",
            [
                "-n", "-M", "prepared", "-c", "\(clients)", "-j", "2", "-T", "\(Int(seconds) + warm)", "-P", "1", "-D", "k=\(start)", "-f",
                file, url,
            ],
            options: options)
        let rates = text.matches(of: /progress: [0-9.]+ s, ([0-9.]+) tps/).compactMap { Double($0.1) }
        guard text.contains("number of failed transactions: 0 "), rates.count > warm else { throw StoreError(.failure, "pgbench: \(text)") }
        return rates.dropFirst(warm).reduce(0, +) / Double(rates.count - warm)
    }

    // MARK: From the log

    private struct Entry: Decodable {
        let dbname: String?
        let message: String?
        let detail: String?
    }

    private static func logged(_ server: PostgresServer, _ database: String) throws -> [(statement: String, parameters: String)] {
        let text = try String(contentsOfFile: server.folder + "/data/log/server.json", encoding: .utf8)
        return text.split(separator: "\n").compactMap { line in
            guard let entry = try? JSONDecoder().decode(Entry.self, from: Data(line.utf8)), entry.dbname == database,
                let message = entry.message,
                let match = message.prefixMatch(of: #/execute [^:]*:\ /#)
            else { return nil }
            return (String(message[match.range.upperBound...]), entry.detail ?? "")
        }
    }

    /// One statement as pgbench has it; nil for what other connections tell each other.
    private static func line(_ statement: String, _ detail: String, _ id: Int64) -> String? {
        guard !statement.hasPrefix("NOTIFY"), !statement.hasPrefix("SELECT set_config") else { return nil }
        var values: [Int: String] = [:]
        for match in detail.matches(of: /\$(\d+) = (NULL|'(?:[^']|'')*')/) {
            if let n = Int(match.1) { values[n] = expression(String(match.2), id) }
        }
        let filled = statement.replacing(/\$(\d+)/) { match in Int(match.1).flatMap { values[$0] } ?? "NULL" }
        return filled.split(whereSeparator: \.isNewline).joined(separator: " ").replacing("\u{20}\u{20}", with: " ") + ";"
    }

    /// A value in which the case's number, id and name are variables. pgbench takes a colon and letters for a variable wherever it
    /// stands, so the server puts together those that stood there.
    private static func expression(_ literal: String, _ id: Int64) -> String {
        guard literal != "NULL" else { return "NULL" }
        let content = String(literal.dropFirst().dropLast())
        if content == String(id) { return ":id::bigint" }
        if content == String(number) { return ":number::bigint" }
        if Int64(content) != nil { return "\(content)::bigint" }
        // Colons first: those put in afterwards are meant.
        var text = "'\(content)'".replacing(/:(?=[A-Za-z_])/) { _ in ":' || '" }
        for (mark, variable) in [(String(id), ":id"), (String(number), ":number"), (name, ":number")] {
            text = text.replacing(mark, with: "' || \(variable)::bigint || '")
        }
        return "(\(text))\(content.hasPrefix("\\x") ? "::bytea" : content.hasPrefix("{") ? "" : "::text")"
    }
}
