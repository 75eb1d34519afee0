import Platform
import Workflow

/// Follows the log of one aggregate: each event by number and by hash, and what the events add up to. Ends with the first fault.
struct Follower {
    enum Replay {
        case ofCase(CaseReplay)
        case entity(any EntityFollowing)
        /// Specifications, and kinds this version does not know: only the chain is followed.
        case chain
    }

    let aggregate: AggregateID
    let caseNumber: Int64
    private(set) var replay: Replay
    private(set) var last: EventRecord?
    private(set) var fault: String?
    private(set) var faultSequence: Int64?

    var sequence: Int64 { last?.sequence ?? 0 }
    var chain: [UInt8] { last?.event.chain ?? [] }

    init(_ aggregate: AggregateID, caseNumber: Int64, kinds: KindRegistry) {
        self.aggregate = aggregate
        self.caseNumber = caseNumber
        if aggregate.kind == AggregateID.caseKind {
            replay = .ofCase(CaseReplay())
        } else if let type = kinds[aggregate.kind] {
            replay = .entity(Self.following(type))
        } else {
            replay = .chain
        }
    }

    init(_ first: EventRecord, kinds: KindRegistry) { self.init(first.aggregate, caseNumber: first.caseNumber, kinds: kinds) }

    private static func following<E: Entity>(_ type: E.Type) -> any EntityFollowing { EntityReplay<E>() }

    mutating func take(_ record: EventRecord) {
        guard fault == nil else { return }
        let event = record.event
        if record.sequence != sequence + 1 {
            fail(record, "event \(sequence + 1) is missing: event \(record.sequence) follows event \(sequence)", at: sequence + 1)
        } else if event.format < last?.event.format ?? 0 {
            fail(record, "event \(record.sequence) (\(event.kind)) has an older format than the event before it")
        } else if record.caseNumber != caseNumber {
            fail(record, "event \(record.sequence) (\(event.kind)) is filed under case \(record.caseNumber)")
        } else if event.chain != EventHash.of(record, after: chain) {
            fail(
                record,
                "event \(record.sequence) (\(event.kind)) is not as it was written: its hash does not follow from the event before it")
        } else {
            replay(record)
        }
        if fault == nil { last = record }
    }

    private mutating func replay(_ record: EventRecord) {
        do throws(EngineError) {
            switch replay {
            case .ofCase(var known):
                // In place, or the whole case would be copied.
                replay = .chain
                try known.apply(record)
                replay = .ofCase(known)
            case .entity(var known):
                try known.take(record.event.body)
                replay = .entity(known)
            case .chain: break
            }
        } catch {
            fail(record, error.message)
        }
    }

    private mutating func fail(_ record: EventRecord, _ message: String, at sequence: Int64? = nil) {
        fault = message
        faultSequence = sequence ?? record.sequence
    }
}

/// An entity of whatever kind being rebuilt.
protocol EntityFollowing {
    mutating func take(_ body: [UInt8]) throws(EngineError)
    /// In words; nil when what is stored is what the log says.
    func difference(from record: EntityRecord) -> String?
}

extension EntityReplay: EntityFollowing {
    func difference(from record: EntityRecord) -> String? {
        let stored: E?
        do { stored = try EntityCodec.entity(E.self, from: record) } catch { return "what is stored cannot be read" }
        guard stored == state else { return "what is stored is not what its log says" }
        guard record.wakesAt == state.flatMap({ E.kind.timer?.moment($0) }) else { return "it is stored with another time to be woken" }
        return nil
    }
}
