import Foundation
import Testing

/// What many calls at once cost, measured in a process of its own.
@Suite struct FlightTests {
    @Test func aThousandCallsInFlightNeedFewThreadsAndSleepAfterwards() async throws {
        let server = try FaultServer { _ in .together(1000) }
        let figures = try figures(server.url())
        print("1,000 calls in flight:", figures)
        #expect(figures["done"] == 1000 && server.accepts == 1000)
        #expect(try #require(figures["threads"]) <= 20)
        #expect(figures["wake-ups"] == 0)
    }

    /// libcurl looks names up on threads.
    @Test func aNameIsLookedUpOnceForAllThatWaitForIt() throws {
        let figures = try figures("http://nowhere.invalid/")
        print("1,000 calls of a name that is none:", figures)
        #expect(try figures["done"] == 0 && #require(figures["threads"]) <= 20)
    }

    private func figures(_ url: String) throws -> [String: Int] {
        let process = Process(), output = Pipe()
        process.executableURL = Bundle.main.bundleURL.resolvingSymlinksInPath().appendingPathComponent("OutboundWorker")
        process.arguments = [url, "1000"]
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        var figures: [String: Int] = [:]
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            figures[String(words[0])] = Int(words[1])
        }
        return figures
    }
}
