import Engine

/// A moment of a case as it is typed: the number of an event, or a time.
enum MomentArgument {
    static let placeholder = "SEQ|TIME"

    /// - Throws: `bad-argument`.
    static func parse(_ text: String, option: String, _ clock: TableClock) throws(EngineError) -> CaseMoment {
        if let sequence = Int64(text) { return .sequence(sequence) }
        if let time = TimeText.parse(text, clock) { return .time(time) }
        throw EngineError(
            .invalid, "bad-argument", "--\(option) takes the number of an event or a time such as 2026-03-02T14:05:22, not “\(text)”")
    }
}
