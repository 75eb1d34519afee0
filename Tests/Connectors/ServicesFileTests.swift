import Engine
import Foundation
import Support
import Testing
@testable import Connectors

/// The file that names services and gateways: what it may say, and what it is told when it is wrong.
@Suite struct ServicesFileTests {
    private func refusal(_ text: String) -> String {
        let error = #expect(throws: EngineError.self) { try ServicesFile.parse(text, file: "/etc/services.yaml") }
        #expect(error?.code == "services-file")
        return error?.message ?? ""
    }

    @Test func everyKindOfServiceAndGateway() throws {
        let directory = try ServicesFile.parse(
            """
            allow-shell: true
            services:
              automated: echo
              http://127.0.0.1:1/ib: http
              rates: {type: http, url: "https://127.0.0.1:1/rates", timeout: 2.5}
              letter: {type: shell, command: [/bin/cat, -u], timeout: 60}
            gateways:
              f: {type: files, folder: data}
              s: {type: sql, database: /var/customers.db, read: {a: "SELECT 1"}, write: {b: "SELECT 2"}}
            """, file: "/etc/mizzen/services.yaml")
        #expect(
            directory.services.mapValues(\.kind) == [
                "automated": "echo", "http://127.0.0.1:1/ib": "http", "rates": "http", "letter": "shell",
            ])
        #expect(directory.services["rates"]?.patience == 2500)
        #expect((directory.services["http://127.0.0.1:1/ib"] as? InterfaceBService)?.url == "http://127.0.0.1:1/ib")
        #expect((directory.gateways["f"] as? FileGateway)?.folder.path == "/etc/mizzen/data")
        #expect(directory.gateways["s"]?.kind == "sql")
    }

    @Test func anEmptyFileAndNoFileNameNothing() throws {
        #expect(try ServicesFile.parse("", file: "f").services.isEmpty)
        #expect(try ServicesFile.parse("services:\ngateways:\n", file: "f").gateways.isEmpty)
        #expect(try ServicesFile.read("/nowhere/services.yaml", isRequired: false).services.isEmpty)
        let error = #expect(throws: EngineError.self) { try ServicesFile.read("/nowhere/services.yaml", isRequired: true) }
        #expect(error?.kind == .notFound)
    }

    @Test func theExampleThatShipsIsAccepted() throws {
        let directory = try ServicesFile.read(Corpus.packageRoot.appendingPathComponent("examples/services.yaml").path, isRequired: true)
        #expect(directory.services.mapValues(\.kind) == ["automated": "echo"])
    }

    @Test func shellIsOffUnlessAllowed() {
        #expect(
            refusal("services:\n  x: {type: shell, command: [/bin/cat]}").contains(
                "/etc/services.yaml:2:6: error: services of type shell are off"))
    }

    @Test(arguments: [
        ("services: [a]", ":1:11: error: services must be a mapping"),
        ("service:\n  a: echo", ":1:1: error: the file has no service; there are allow-shell, services, gateways"),
        ("services:\n  a: {type: smtp}", ":2:13: error: a needs a type: echo, http or shell"),
        ("services:\n  a: http", ":2:6: error: a needs a url"),
        ("services:\n  a: {type: http, url: 'http://h/', timeout: 0}", "a timeout is a number of seconds"),
        ("services:\n  a: {type: echo, colour: red}", "a has no colour; there are type"),
        ("allow-shell: true\nservices:\n  a: {type: shell, command: [cat]}", "command is a list: the whole path of a program"),
        ("gateways:\n  g: {type: sql}", ":2:6: error: a database is missing"),
        ("gateways:\n  g: {type: sql, database: d, read: {a: }}", "a needs an SQL statement"),
        ("gateways: {a: {type: files, folder: d}", "error: this is not YAML"),
    ])
    func whatIsWrongIsSaidWithItsPlace(_ text: String, _ expected: String) {
        #expect(refusal(text).contains(expected), "\(refusal(text))")
    }

    @Test func everythingThatIsWrongIsSaidAtOnce() {
        #expect(refusal("services:\n  a: smtp\n  b: {type: x}\ngateways:\n  g: 7").split(separator: "\n").count == 4)
    }
}
