import Engine
import Foundation
import Settings
import Testing
@testable import Connectors

/// What `connectors` in config.yaml may say, and what it becomes.
@Suite struct OutsideSystemsTests {
    private func systems(_ text: String) -> OutsideSystems {
        OutsideSystems(HouseConfiguration(file: "/etc/mizzen/config.yaml", text: text, flags: [:], environment: [:]))
    }

    @Test func everyTypeThereIs() throws {
        let systems = systems(
            """
            allow-shell: true
            connectors:
              automated: {type: echo}
              rates: {type: http, url: "http://127.0.0.1:1/ib", serves: [org.example.Rates, automated2], policy: {timeout: 2s, retries: 2}}
              letter: {type: shell, command: [/bin/cat, -u], serves: org.example.Letter}
              folder: {type: files, folder: data, serves: org.example.Files}
              customers: {type: sql, database: customers.db, serves: org.example.Customers, read: {a: "SELECT 1"}}
              cache: {type: redis, url: "redis://127.0.0.1:6379/1", password: env:REDIS, lifetime: 30m}
              mail: {type: smtp, url: "smtp://127.0.0.1:25", from: a@example.org, require-tls: false}
            """)
        #expect(systems.problems.isEmpty, "\(systems.problems)")
        #expect(
            systems.directory.services.mapValues(\.kind) == [
                "automated": "echo", "org.example.Rates": "http", "automated2": "http", "org.example.Letter": "shell",
            ])
        #expect(systems.directory.gateways.mapValues(\.kind) == ["org.example.Files": "files", "org.example.Customers": "sql"])
        #expect(systems.directory.topics.mapValues(\.kind) == ["mail": "smtp"])
        #expect(systems.connectors.map(\.name) == ["automated", "rates", "letter", "folder", "customers", "cache", "mail"])
        #expect(systems.connectors.map(\.system) == ["echo", "http", "shell", "files", "sql", "redis", "smtp"])
        let rates = try #require(systems.directory.services["org.example.Rates"] as? InterfaceBService)
        #expect(rates.patience == 2000 && rates.caller.policy.retry.attempts == 3)
        #expect(systems.connectors.first { $0.name == "cache" }?.secretSource == "env:REDIS")
        #expect((systems.directory.gateways["org.example.Files"] as? FileGateway)?.folder.path == "/etc/mizzen/data")
    }

    @Test(arguments: [
        ("x: {type: kafka}", ":2:13: error: x needs a type: echo, http, shell, files, sql, redis or smtp"),
        ("x: {url: a}", ":2:6: error: x needs a type"),
        ("x: redis", ":2:6: error: x must be a mapping"),
        ("x: {type: redis}", ":2:6: error: a url is missing"),
        ("x: {type: redis, url: \"redis://u:p@h\"}", "without user and password"),
        ("x: {type: redis, url: \"redis://h\", password: hunter2}", "password is a reference to a secret, never the secret"),
        ("x: {type: redis, url: \"redis://h\", colour: red}", "error: x has no colour; there are type, password, user"),
        ("x: {type: shell, command: [/bin/cat]}", "services of type shell are off"),
        ("x: {type: smtp, url: \"smtp://h\"}", "from is missing"),
        ("x: {type: smtp, url: \"smtp://h\", from: you}", "from is an address"),
        ("x: {type: smtp, url: \"smtp://h\", from: a@b, require-tls: false, password: env:P}", "a password is only sent encrypted"),
        ("x: {type: http, url: \"http://h/\", user: u}", "user and password belong together"),
        ("x: {type: http, url: \"http://h/\", policy: {retry: 2}}", "policy has no retry; there are timeout"),
        ("x: {type: http, url: \"http://h/\", policy: {retries: many}}", "retries is a number from 0 to 20"),
        ("x: {type: http, url: \"http://h/\", policy: {timeout: soon}}", "a timeout is a number of seconds"),
    ])
    func mistakesAreNamedWithTheirPlace(_ entry: String, _ expected: String) {
        let problems = systems("connectors:\n  \(entry)").problems.map(\.description)
        #expect(problems.count == 1 && problems[0].contains(expected) && !problems[0].contains("hunter2"), "\(problems)")
    }

    @Test func whatIsNotConfiguredIsEmbedded() {
        var systems = systems("theme: dark")
        systems.addEmbedded(mailbox: Mailbox())
        #expect(systems.connectors.map(\.name) == ["cache", "mail"] && systems.connectors.allSatisfy { $0.standing == .embedded })
        #expect(systems.cache != nil && systems.directory.topics["mail"]?.kind == "mailbox")
    }

    @Test func aPasswordInAnOldFilesURLIsWarnedAboutWithTheLineThatReplacesIt() throws {
        let contents = try ServicesFile.contents(
            of: "services:\n  rates: {type: http, url: \"http://u:hunter2@h/ib\"}", file: "services.yaml")
        #expect(contents.directory.services["rates"]?.kind == "http", "it still works")
        let warning = try #require(contents.problems.first)
        #expect(warning.severity == .warning && !warning.message.contains("hunter2"))
        #expect(warning.description.hasPrefix("services.yaml:2:28: warning:"), "\(warning)")
        #expect(warning.message.contains("{type: http, url: \"http://h/ib\", user: u, password: env:RATES_PASSWORD}"))
    }

    @Test func secretsThatCannotBeHadAreFoundBeforehand() {
        let configuration = HouseConfiguration(
            file: "c.yaml", text: "connectors:\n  cache: {type: redis, url: \"redis://h\", password: \"vault:a#b\"}", flags: [:],
            environment: [:])
        let problems = OutsideSystems.problems(configuration, services: "/nowhere", isNamed: false)
        #expect(problems.map(\.description) == ["c.yaml:2:52: error: vault:a#b: no Vault connector is configured"])
    }
}
