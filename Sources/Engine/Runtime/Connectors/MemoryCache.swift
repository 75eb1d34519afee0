import Synchronization

/// The built-in cache: the most recently used within a bound of bytes, each for an hour at most.
public final class MemoryCache: SpecificationCache {
    private struct Entry {
        let value: [UInt8]
        let expiresAt: Int64
        var lastUse: UInt64
    }

    private struct State {
        var entries: [SpecificationCacheKey: Entry] = [:]
        var bytes = 0
        var uses: UInt64 = 0
        var hits: Int64 = 0, misses: Int64 = 0

        mutating func remove(_ key: SpecificationCacheKey) {
            if let gone = entries.removeValue(forKey: key) { bytes -= gone.value.count }
        }
    }

    private let state = Mutex(State())
    private let capacity: Int
    private let lifetime: Int64
    private let clock: any ConnectorClock

    public init(capacity: Int = 16 << 20, lifetime: Int64 = 3_600_000, clock: any ConnectorClock = SystemConnectorClock()) {
        self.capacity = capacity
        self.lifetime = lifetime
        self.clock = clock
    }

    public func value(for key: SpecificationCacheKey) async -> [UInt8]? {
        let now = clock.uptime
        return state.withLock { state in
            state.uses += 1
            guard let entry = state.entries[key], entry.expiresAt > now else {
                state.misses += 1
                return nil
            }
            state.hits += 1
            state.entries[key]?.lastUse = state.uses
            return entry.value
        }
    }

    public func keep(_ value: [UInt8], for key: SpecificationCacheKey) async {
        guard value.count <= capacity else { return }
        let now = clock.uptime
        state.withLock { state in
            state.uses += 1
            state.remove(key)
            while state.bytes + value.count > capacity, let oldest = state.entries.min(by: { $0.value.lastUse < $1.value.lastUse })?.key {
                state.remove(oldest)
            }
            state.entries[key] = Entry(value: value, expiresAt: now + lifetime, lastUse: state.uses)
            state.bytes += value.count
        }
    }

    public func figures() -> [ConnectorFigure] {
        state.withLock { state in
            [
                ConnectorFigure("hits", state.hits), ConnectorFigure("misses", state.misses),
                ConnectorFigure("entries", Int64(state.entries.count)), ConnectorFigure("bytes", Int64(state.bytes)),
            ]
        }
    }
}

/// The built-in cache as a connector: always embedded.
public struct MemoryCacheConnector: Connector {
    public let name: String
    public let system = "memory"
    public let endpoint = "this process"
    public let standing = ConnectorStanding.embedded
    private let cache: MemoryCache

    public init(name: String = "cache", _ cache: MemoryCache) {
        self.name = name
        self.cache = cache
    }

    public func probe() async throws(ConnectorFailure) -> ProbeAnswer { ProbeAnswer() }
    public func figures() -> [ConnectorFigure] { cache.figures() }
}
