import Engine
import Synchronization

/// Specifications in Redis. Nothing fails here: a server that is away, slow or full of other work is a miss, and is counted as one.
final class RedisCache: SpecificationCache {
    private struct Counts {
        var hits: Int64 = 0, misses: Int64 = 0, errors: Int64 = 0
    }

    let lane: RedisLane
    private let lifetime: String
    private let counts = Mutex(Counts())
    /// Larger ones are not kept.
    private static let largest = 4 << 20

    /// - Parameter lifetime: milliseconds.
    init(_ lane: RedisLane, lifetime: Int64) {
        self.lane = lane
        self.lifetime = String(lifetime)
    }

    func value(for key: SpecificationCacheKey) async -> [UInt8]? {
        do {
            let found = try await lane.run(["GET", key.description])
            counts.withLock { if found == nil { $0.misses += 1 } else { $0.hits += 1 } }
            return found
        } catch {
            counts.withLock {
                $0.misses += 1
                $0.errors += 1
            }
            return nil
        }
    }

    func keep(_ value: [UInt8], for key: SpecificationCacheKey) async {
        guard value.count <= Self.largest else { return }
        let command = [Array("SET".utf8), Array(key.description.utf8), value, Array("PX".utf8), Array(lifetime.utf8)]
        do { _ = try await lane.run(command) } catch { counts.withLock { $0.errors += 1 } }
    }

    func figures() -> [ConnectorFigure] {
        let counts = counts.withLock { $0 }
        return [ConnectorFigure("hits", counts.hits), ConnectorFigure("misses", counts.misses), ConnectorFigure("errors", counts.errors)]
    }
}
