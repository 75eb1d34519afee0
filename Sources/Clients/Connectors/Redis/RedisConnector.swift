import Engine
import Foundation
import Settings

extension ConnectorType {
    /// The cache of specifications.
    ///
    ///     {type: redis, url: "redis://cache.example:6379/0", user: flow, password: env:REDIS_PASSWORD, lifetime: 1h, timeout: 250ms}
    static let redis = ConnectorType("redis", .cache) { section, _ in
        let password = section.secret("password"), user = section.text("user")
        let lifetime = section.duration("lifetime") ?? 3_600_000, timeout = section.duration("timeout") ?? 250
        guard let url = section.text("url", or: "a url is missing, such as redis://127.0.0.1:6379/0"), let place = RedisPlace(url) else {
            if section.has("url") {
                section.report(
                    "url", "a url of Redis is redis://HOST:PORT/DATABASE, without user and password; rediss:// (TLS) is not supported")
            }
            return nil
        }
        let cache = RedisCache(RedisLane(place, user: user, password: password, timeout: timeout), lifetime: lifetime)
        return ConnectorParts(RedisConnector(name: section.name, place: place, password: password, cache: cache), cache: cache)
    }
}

/// Where a Redis server is.
struct RedisPlace: Sendable, Hashable, CustomStringConvertible {
    let host: String
    let port: Int
    let database: Int

    /// nil: it is no such URL. User and password have keys of their own.
    init?(_ url: String) {
        guard let parts = URLComponents(string: url), parts.scheme == "redis", let host = parts.host, !host.isEmpty, parts.user == nil,
            parts.password == nil, parts.query == nil
        else { return nil }
        let path = parts.path.filter { $0 != "/" }
        guard path.isEmpty || Int(path) != nil else { return nil }
        self.host = host
        port = parts.port ?? 6379
        database = Int(path) ?? 0
    }

    var description: String { "redis://\(host):\(port)/\(database)" }
}

private struct RedisConnector: Connector {
    let name: String
    let system = "redis"
    let place: RedisPlace
    let password: SecretReference?
    let cache: RedisCache

    var endpoint: String { place.description }
    var secretSource: String? { password?.description }
    var patience: Int64 { 2_000 }
    var slowAfter: Int64? { 100 }

    func probe() async throws(ConnectorFailure) -> ProbeAnswer { ProbeAnswer(version: try await cache.lane.serverVersion()) }

    func figures() -> [ConnectorFigure] { cache.figures() }
}
