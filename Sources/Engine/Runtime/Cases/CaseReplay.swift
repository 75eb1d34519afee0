import Workflow

/// A case being rebuilt from its log, one event after the other. Each must follow its predecessor: by number and by hash.
struct CaseReplay {
    /// Nil before the first event.
    private(set) var state: CaseState?
    private(set) var first: EventRecord?
    private(set) var last: EventRecord?

    /// Number of the last event; 0 before the first.
    var sequence: Int64 { last?.sequence ?? 0 }
    var chain: [UInt8] { last?.event.chain ?? [] }

    /// - Throws: `log-gap`, `log-hash` or `log-unreadable`, saying which event is to blame.
    mutating func take(_ record: EventRecord) throws(EngineError) {
        guard record.sequence == sequence + 1 else {
            throw EngineError(.failure, "log-gap", "its log goes from event \(sequence) to event \(record.sequence); restore a backup")
        }
        let event = record.event
        guard event.chain == EventHash.of(record, after: chain) else {
            throw EngineError(
                .failure, "log-hash",
                "event \(record.sequence) (\(event.kind)) is not as it was written: its hash does not follow from "
                    + "the event before it; restore a backup")
        }
        try apply(record)
    }

    /// For an event whose number and hash were looked at already.
    /// - Throws: `log-unreadable`.
    mutating func apply(_ record: EventRecord) throws(EngineError) {
        let event = record.event
        let known: CaseEvent
        do {
            known = try Codec.decode(CaseEvent.self, from: event.body)
        } catch {
            throw EngineError(.failure, "log-unreadable", "event \(record.sequence) (\(event.kind)) cannot be read: \(error.message)")
        }
        let recorded = RecordedEvent(event: known, at: event.at, actor: event.actor)
        if state == nil {
            guard let first = CaseState(replaying: [recorded]) else {
                throw EngineError(
                    .failure, "log-unreadable", "its log begins with \(event.kind) instead of the start of a case; restore a backup")
            }
            state = first
        } else {
            state?.apply(recorded)
        }
        if first == nil { first = record }
        last = record
    }
}
