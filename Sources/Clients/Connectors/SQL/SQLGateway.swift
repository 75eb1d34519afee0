import Engine
import Foundation
import GRDB
import Workflow
import XMLTree

/// Data of cases in an SQLite database: one named statement per value, its parameters bound, never pasted in.
///
/// A statement may use `:case` (number, NULL at a case's start), `:task`, `:specification`, and
/// - when reading, every variable of the net by its name, as text;
/// - when writing, `:value` (the value's text), `:xml` (the value as a document), every element right below it by its name,
///   and `:request`.
///
/// A query gives at most one row: one column becomes the value's text, several become an element each, named after the column; no
/// row gives nothing. A write and the note that it was done (table `mizzen_request`) are one transaction, so it happens once.
public struct SQLGateway: DataGateway {
    public let kind = "sql"
    public let patience: Int64 = 30_000
    private let database: LazyDatabase
    private let reads: [String: String]
    private let writes: [String: String]

    /// `reads` and `writes`: statements by the name of the value; a case's own data at its end are written under the root net's id.
    public init(path: String, reads: [String: String], writes: [String: String]) {
        database = LazyDatabase(path: path)
        self.reads = reads
        self.writes = writes
    }

    public func read(_ read: GatewayRead) async throws(ServiceError) -> [XMLDocument] {
        var values: [XMLDocument] = []
        for name in read.names {
            guard let sql = reads[name] else { continue }
            var known = arguments(read.caseID, read.task, read.specification)
            for element in read.data.root?.elements ?? [] { known[element.localName] = element.stringValue.databaseValue }
            let bound = known
            let rows = try await database.run(name) { queue in
                try await queue.read { database in
                    let statement = try database.makeStatement(sql: sql)
                    return try Row.fetchAll(statement, arguments: StatementArguments(bound)).prefix(2).map { row in
                        row.map { (column: $0.0, text: $0.1.isNull ? "" : String.fromDatabaseValue($0.1) ?? "\($0.1.storage.value ?? "")") }
                    }
                }
            }
            guard let row = rows.first else { continue }
            guard rows.count == 1 else { throw ServiceError("the query for \(name) gives several rows; make it give one", isFinal: true) }
            if row.count == 1 {
                values.append(XMLDocument(element: name, text: row[0].text))
            } else {
                values.append(XMLDocument(element: name, children: row.map { XMLDocument(element: $0.column, text: $0.text) }))
            }
        }
        return values
    }

    public func write(_ write: GatewayWrite, key: IdempotencyKey) async throws(ServiceError) {
        guard let sql = writes[write.name] else {
            throw ServiceError("there is no statement for writing \(write.name)", isFinal: true)
        }
        var known = arguments(write.caseID, write.task, write.specification)
        for element in write.value.root?.elements ?? [] { known[element.localName] = element.stringValue.databaseValue }
        known["value"] = write.value.root?.stringValue.databaseValue
        known["xml"] = write.value.serialized().databaseValue
        known["request"] = key.description.databaseValue
        let bound = known
        try await database.run(write.name) { queue in
            try await queue.write { database in
                try database.execute(sql: "CREATE TABLE IF NOT EXISTS mizzen_request(request TEXT PRIMARY KEY) WITHOUT ROWID")
                try database.execute(
                    sql: "INSERT INTO mizzen_request(request) VALUES (?) ON CONFLICT DO NOTHING", arguments: [key.description])
                guard database.changesCount == 1 else { return }
                let statement = try database.makeStatement(sql: sql)
                try statement.execute(arguments: StatementArguments(bound))
            }
        }
    }

    /// Opens the database and asks it something trivial.
    func libraryVersion() async throws(ServiceError) -> String {
        try await database.run("a probe") { queue in
            try await queue.read { try String.fetchOne($0, sql: "SELECT sqlite_version() FROM (SELECT count(*) FROM sqlite_master)") ?? "" }
        }
    }

    private func arguments(_ caseID: CaseID?, _ task: String?, _ specification: SpecificationID) -> [String: DatabaseValue] {
        [
            "case": caseID?.number?.databaseValue ?? .null, "task": task?.databaseValue ?? .null,
            "specification": specification.uri.databaseValue,
        ]
    }
}

/// Opened when it is first needed, so that a database that is not there yet keeps nothing from starting.
private actor LazyDatabase {
    private let path: String
    private var queue: DatabaseQueue?

    init(path: String) { self.path = path }

    nonisolated func run<T: Sendable>(_ name: String, _ body: @Sendable (DatabaseQueue) async throws -> T) async throws(ServiceError) -> T {
        do {
            return try await body(try await open())
        } catch let error as ServiceError {
            throw error
        } catch let error as DatabaseError {
            throw ServiceError(
                "\(path), statement for \(name): \(error.message ?? error.description)",
                isFinal: error.resultCode.primaryResultCode == .SQLITE_ERROR)
        } catch {
            throw ServiceError("\(path), statement for \(name): \(error)")
        }
    }

    private func open() throws -> DatabaseQueue {
        if let queue { return queue }
        guard FileManager.default.fileExists(atPath: path) else { throw ServiceError("there is no database \(path)") }
        var configuration = Configuration()
        configuration.busyMode = .timeout(10)
        let opened = try DatabaseQueue(path: path, configuration: configuration)
        queue = opened
        return opened
    }
}
