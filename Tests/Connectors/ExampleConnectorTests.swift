import Engine
import Foundation
import Outbound
import Settings
import Support
import Testing

@testable import Connectors

extension ConnectorType {
    /// A weather station: `{type: weather, url: "https://weather.example/status", password: env:WEATHER_TOKEN}`.
    static let weather = ConnectorType("weather", .service) { section, _ in
        let token = section.secret("password")
        let policy = section.policy(OutboundPolicy(timeouts: .init(call: 5_000)))
        guard let url = section.text("url", or: "a url is missing, such as https://weather.example/status") else { return nil }
        return ConnectorParts(WeatherConnector(name: section.name, url: url, token: token, policy: policy))
    }
}

struct WeatherConnector: Connector {
    let name: String
    let system = "weather"
    let endpoint: String
    let secretSource: String?
    private let url: String
    private let token: SecretReference?
    private let caller: OutboundCaller

    init(name: String, url: String, token: SecretReference?, policy: OutboundPolicy) {
        self.name = name
        self.url = url
        self.token = token
        endpoint = ReadableURL.text(url)
        secretSource = token?.description
        caller = OutboundCaller(system: name, policy: policy)
    }

    func probe() async throws(ConnectorFailure) -> ProbeAnswer {
        do {
            var request = HTTPRequest(.get, url)
            if let token { request.headers["Authorization"] = "Bearer \(try token.secret().revealed())" }
            return ProbeAnswer(version: try await caller.send(request, through: HTTPClient()).headers["Server"])
        } catch let error as SecretProblem {
            throw ConnectorFailure(error)
        } catch let error as OutboundError {
            throw ConnectorFailure(error)
        } catch {
            throw ConnectorFailure(.protocol, "\(error)")
        }
    }
}

/// The worked example of CONTRIBUTING.md, "Add a connector": it compiles, and does what the page says.
@Suite struct ExampleConnectorTests {
    private func connector(_ entry: String) throws -> any Connector {
        let walk = SettingsWalk(file: "config.yaml")
        let section = try #require(walk.root(entry, called: "station"))
        _ = section.text("type")
        let parts = ConnectorType.weather.make(section, ConnectorSurroundings(folder: "/", allowsShell: false))
        section.finish()
        #expect(walk.problems.isEmpty, "\(walk.problems)")
        return try #require(parts).connector
    }

    @Test func itIsProbedAndWhatItAnswersIsSeen() async throws {
        setenv("MIZZEN_TEST_WEATHER", "s3cret", 1)
        let server = try StandInHTTPServer { _ in .init("sunny") }
        let board = ConnectorBoard([try connector("{type: weather, url: \"\(server.url("/status"))\", password: env:MIZZEN_TEST_WEATHER}")])
        // The stand-in takes forms alone and says so.
        let row = try await board.probe("station")
        #expect(row.health.state == .down && row.health.lastError?.failure.kind == .client)
        #expect(board.row("station")?.secretSource == "env:MIZZEN_TEST_WEATHER")
    }

    @Test func thePageShowsWhatIsCompiledHere() throws {
        let page = try String(contentsOf: Corpus.packageRoot.appendingPathComponent("CONTRIBUTING.md"), encoding: .utf8)
        let source = try String(contentsOfFile: #filePath, encoding: .utf8)
        let example = try #require(page.split(separator: "## Add a connector").last?.split(separator: "```swift\n").dropFirst().first)
        let declarations = String(example).split(separator: "```")[0].split(separator: "\n").filter { !$0.hasPrefix("import") }
        let lines = Set(source.split(separator: "\n"))
        for line in declarations { #expect(lines.contains(line), "\(line)") }
    }
}
