import Engine
import Foundation
import Settings
import Testing
@testable import Connectors

/// The cache on a real redis-server: hits, lifetimes, who may not enter, and a server that dies under load and comes back.
@Suite(.enabled(if: RedisServer.isThere, "there is no redis-server here; scripts/setup-peers installs it"))
struct RedisCacheTests {
    private func key(_ id: Int64, tenant: String = "1") -> SpecificationCacheKey { .init(store: "abc", tenant: tenant, specification: id) }

    /// What an entry of config.yaml becomes.
    private func parts(_ entry: String) throws -> ConnectorParts {
        let systems = OutsideSystems(
            HouseConfiguration(
                file: "/etc/config.yaml", text: "connectors:\n  cache: {type: redis, \(entry)}", flags: [:], environment: [:]))
        #expect(systems.problems.isEmpty, "\(systems.problems)")
        let connector = try #require(systems.connectors.first), cache = try #require(systems.cache)
        return ConnectorParts(connector, cache: cache)
    }

    private func figures(_ connector: any Connector) -> [String: Int64] {
        Dictionary(uniqueKeysWithValues: connector.figures().map { ($0.name, $0.value) })
    }

    @Test func whatIsKeptIsFoundUntilItIsOld() async throws {
        let server = try RedisServer()
        let parts = try parts("url: \"redis://127.0.0.1:\(server.port)/3\", lifetime: 3s, timeout: 10s"), cache = try #require(parts.cache)
        let bytes = (0 ..< 200_000).map { UInt8(truncatingIfNeeded: $0) }
        #expect(await cache.value(for: key(1)) == nil)
        await cache.keep(bytes, for: key(1))
        #expect(await cache.value(for: key(1)) == bytes)
        #expect(await cache.value(for: key(1, tenant: "2")) == nil, "another tenant has other keys")
        await cache.keep([0], for: key(2))
        while await cache.value(for: key(2)) != nil { try await Task.sleep(for: .milliseconds(50)) }
        let counted = figures(parts.connector)
        #expect(counted["misses"] == 3 && counted["errors"] == 0)
    }

    @Test func thePasswordIsReadByReferenceAndAWrongOneIsOfClassAuth() async throws {
        let server = try RedisServer(password: "s3cret")
        setenv("MIZZEN_TEST_REDIS_RIGHT", "s3cret", 1)
        setenv("MIZZEN_TEST_REDIS_WRONG", "hunter2", 1)
        let url = "url: \"redis://127.0.0.1:\(server.port)\""
        let right = try parts("\(url), password: env:MIZZEN_TEST_REDIS_RIGHT").connector
        #expect(try await right.probe().version?.hasPrefix("7.") == true)
        #expect(right.secretSource == "env:MIZZEN_TEST_REDIS_RIGHT" && right.endpoint == "redis://127.0.0.1:\(server.port)/0")
        for (entry, word) in [
            (url, "NOAUTH"), ("\(url), password: env:MIZZEN_TEST_REDIS_WRONG", "WRONGPASS"),
            ("\(url), password: env:MIZZEN_TEST_UNSET", "not set"),
        ] {
            let connector = try parts(entry).connector
            let error = await #expect(throws: ConnectorFailure.self) { try await connector.probe() }
            #expect(
                error?.kind == .auth && error?.message.contains(word) == true && error?.message.contains("hunter2") == false,
                "\(error as Any)")
        }
    }

    @Test func aServerThatDiesUnderLoadFailsNobodyAndIsUsedAgain() async throws {
        let server = try RedisServer()
        let parts = try parts("url: \"redis://127.0.0.1:\(server.port)\""), cache = try #require(parts.cache)
        let board = ConnectorBoard([parts.connector])
        #expect(try await board.probe("cache").health.state != .down)
        await cache.keep([1, 2, 3], for: key(7))

        let load = (0 ..< 8).map { _ in
            Task {
                var calls = 0
                while !Task.isCancelled {
                    _ = await cache.value(for: key(7))
                    await cache.keep([1, 2, 3], for: key(7))
                    calls += 1
                    await Task.yield()
                }
                return calls
            }
        }
        func waitFor(_ figure: String, above bound: Int64) async throws {
            while figures(parts.connector)[figure] ?? 0 <= bound { try await Task.sleep(for: .milliseconds(5)) }
        }
        try await waitFor("hits", above: 0)

        server.kill()
        #expect(try await board.probe("cache").health.state == .down, "one probe is enough")
        try await waitFor("errors", above: 0)
        let away = figures(parts.connector)
        #expect(away["misses"] ?? 0 > 0)

        try server.start()
        #expect(try await board.probe("cache").health.state != .down, "and one to see that it is back")
        try await waitFor("hits", above: away["hits"] ?? 0)
        #expect(board.row("cache")?.health.lastError?.failure.kind == .connect)

        for task in load { task.cancel() }
        for task in load {
            #expect(await task.value > 0)
        }
    }

    @Test func aServerThatDoesNotAnswerIsAMiss() async throws {
        // Listens and says nothing.
        let silent = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(silent) }
        var address = sockaddr_in(), size = socklen_t(MemoryLayout<sockaddr_in>.size)
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = bind(silent, $0, size)
                _ = listen(silent, 8)
                _ = getsockname(silent, $0, &size)
            }
        }
        let parts = try parts("url: \"redis://127.0.0.1:\(in_port_t(bigEndian: address.sin_port))\", timeout: 200ms"),
            cache = try #require(parts.cache)
        for _ in 0 ..< 50 { #expect(await cache.value(for: key(1)) == nil) }
        #expect(figures(parts.connector)["errors"] == 50)
        let error = await #expect(throws: ConnectorFailure.self) { try await parts.connector.probe() }
        #expect(error?.kind == .timeout, "\(error as Any)")
    }
}
