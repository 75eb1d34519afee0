import Engine
import Foundation
import GRDB
import Support
import Testing
import Workflow
import XMLTree
@testable import Connectors

/// One question to a data gateway or one value for it, without an engine around it.
@Suite struct GatewayTests {
    let folder: TemporaryFolder
    private static let specification = SpecificationID(identifier: nil, version: SpecificationVersion("0.1"), uri: "orders")

    init() throws { folder = try TemporaryFolder() }

    private func read(_ names: String..., case number: Int64? = 7, task: String? = "A", data: String = "<Net/>") throws -> GatewayRead {
        GatewayRead(
            gateway: "g", specification: Self.specification, caseID: number.map { CaseID(number: $0) }, task: task, names: names,
            data: try XMLDocument.parse(data))
    }

    private func write(_ name: String, _ value: String, task: String? = "A") throws -> GatewayWrite {
        GatewayWrite(caseID: CaseID("7.2"), specification: Self.specification, task: task, name: name, value: try XMLDocument.parse(value))
    }

    private func put(_ text: String, _ name: String) throws {
        let url = folder.url.appendingPathComponent(name)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
    }

    private func text(_ name: String) throws -> String { try String(contentsOfFile: folder.path(name), encoding: .utf8) }

    // MARK: Files

    @Test func aFileOfTheCaseGoesBeforeTheOneForAll() async throws {
        let gateway = FileGateway(folder: folder.url.path)
        try put("<n>1</n>", "n.xml")
        #expect(try await gateway.read(read("n")).map { $0.serialized() } == ["<n>1</n>"])
        try put("<n>7</n>", "7/n.xml")
        #expect(try await gateway.read(read("n")).map { $0.serialized() } == ["<n>7</n>"])
        #expect(try await gateway.read(read("n", case: 8)).map { $0.serialized() } == ["<n>1</n>"])
        #expect(try await gateway.read(read("n", "absent", case: nil, task: nil)).map { $0.serialized() } == ["<n>1</n>"])
    }

    @Test func valuesAreWrittenPerCaseAndWritingTwiceChangesNothing() async throws {
        let gateway = FileGateway(folder: folder.url.path)
        for _ in 1 ... 2 { try await gateway.write(write("total", "<total>12</total>"), key: IdempotencyKey(description: "r")) }
        try await gateway.write(write("Net", "<Net><a/></Net>", task: nil), key: IdempotencyKey(description: "s"))
        #expect(try text("7/total.xml") == "<total>12</total>\n")
        #expect(try text("7.xml") == "<Net><a/></Net>\n")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("7")) == ["total.xml"])
    }

    @Test(arguments: ["../up", "a/b", ".hidden", ""])
    func aSpecificationChoosesNamesNotPlaces(_ name: String) async throws {
        let gateway = FileGateway(folder: folder.url.path)
        let error = await #expect(throws: ServiceError.self) { try await gateway.read(read(name)) }
        #expect(error?.isFinal == true)
    }

    @Test func aFileThatIsNoXMLIsNamed() async throws {
        try put("no xml", "n.xml")
        let error = await #expect(throws: ServiceError.self) { try await FileGateway(folder: folder.url.path).read(read("n")) }
        #expect(error?.message.hasPrefix(folder.path("n.xml") + " cannot be read") == true)
    }

    // MARK: SQL

    private func database() throws -> DatabaseQueue {
        let queue = try DatabaseQueue(path: folder.path("crm.db"))
        try queue.write { database in
            try database.execute(
                sql: """
                    CREATE TABLE customer(id INTEGER PRIMARY KEY, name TEXT, rating INTEGER);
                    INSERT INTO customer VALUES (3, 'Ropewalk & Sons', NULL), (4, 'Sailmaker', 2);
                    CREATE TABLE note(case_number INTEGER, text TEXT, request TEXT);
                    """)
        }
        return queue
    }

    private func gateway(reads: [String: String] = [:], writes: [String: String] = [:]) -> SQLGateway {
        SQLGateway(path: folder.path("crm.db"), reads: reads, writes: writes)
    }

    @Test func aRowBecomesAValue() async throws {
        _ = try database()
        let gateway = gateway(reads: [
            "name": "SELECT name FROM customer WHERE id = :customer", "all": "SELECT * FROM customer WHERE id = :customer",
        ])
        let data = "<Net><customer>3</customer></Net>"
        #expect(try await gateway.read(read("name", data: data)).map { $0.serialized() } == ["<name>Ropewalk &amp; Sons</name>"])
        #expect(
            try await gateway.read(read("all", data: data)).map { $0.serialized() } == [
                "<all><id>3</id><name>Ropewalk &amp; Sons</name><rating/></all>"
            ])
        #expect(try await gateway.read(read("name", data: "<Net><customer>9</customer></Net>")).isEmpty)
        #expect(try await gateway.read(read("unknown", data: data)).isEmpty)
    }

    /// What data say is bound, never read as SQL.
    @Test func dataCannotBecomeSQL() async throws {
        let queue = try database()
        let gateway = gateway(reads: ["name": "SELECT name FROM customer WHERE id = :customer"])
        #expect(try await gateway.read(read("name", data: "<Net><customer>3; DROP TABLE customer; --</customer></Net>")).isEmpty)
        #expect(try await queue.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM customer") } == 2)
    }

    @Test func aWriteHappensOncePerRequest() async throws {
        let queue = try database()
        let gateway = gateway(writes: ["note": "INSERT INTO note VALUES (:case, :value || ' ' || :kind, :request)"])
        let value = "<note>late<kind>!</kind></note>"
        for _ in 1 ... 3 { try await gateway.write(write("note", value), key: IdempotencyKey(description: "gateway:7.4")) }
        try await gateway.write(write("note", value), key: IdempotencyKey(description: "gateway:7.5"))
        let rows = try queue.read { try Row.fetchAll($0, sql: "SELECT * FROM note ORDER BY request") }
        #expect(rows.map { $0["request"] as String } == ["gateway:7.4", "gateway:7.5"])
        #expect(rows.map { $0["case_number"] as Int } == [7, 7] && rows[0]["text"] == "late! !")
    }

    @Test func whatDatabasesComplainOf() async throws {
        let missing = await #expect(throws: ServiceError.self) { try await gateway(reads: ["a": "SELECT 1"]).read(read("a")) }
        #expect(missing?.message == "there is no database \(folder.path("crm.db"))" && missing?.isFinal == false)
        _ = try database()
        let wrong = await #expect(throws: ServiceError.self) { try await gateway(reads: ["a": "SELEC 1"]).read(read("a")) }
        #expect(wrong?.message.contains("statement for a: near \"SELEC\"") == true)
        let several = await #expect(throws: ServiceError.self) {
            try await gateway(reads: ["a": "SELECT name FROM customer"]).read(read("a"))
        }
        #expect(several?.message == "the query for a gives several rows; make it give one")
        let unbound = await #expect(throws: ServiceError.self) { try await gateway(reads: ["a": "SELECT :nobody"]).read(read("a")) }
        #expect(unbound?.message.contains("nobody") == true)
        let unwritten = await #expect(throws: ServiceError.self) {
            try await gateway().write(write("a", "<a/>"), key: IdempotencyKey(description: "r"))
        }
        #expect(unwritten?.isFinal == true)
    }
}
