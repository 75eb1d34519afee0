// From presses to commands.

/// What a press means.
public enum KeyResolution: Hashable, Sendable {
    /// Run this command line, bound in this context.
    case command(String, context: String)
    /// More keys are awaited; these were pressed so far.
    case pending([KeyChord])
    /// The keys mean nothing here. If text is being entered, the chord is for the text.
    case unbound([KeyChord])
}

/// Remembers the beginning of a sequence such as `g q`. Innermost context first; the first that knows the keys, whole or as a
/// beginning, decides. Text entry is exclusive because its caller names no outer context.
public struct KeyResolver: Hashable, Sendable {
    public private(set) var pending: [KeyChord] = []

    public init() {}

    /// Resolves one press. `contexts`: active contexts, innermost first.
    public mutating func resolve(_ chord: KeyChord, in contexts: [String], keymap: Keymap) -> KeyResolution {
        let keys = pending + [chord]
        pending = []
        if keys.count > 1, chord == KeyChord(.escape) { return .unbound(keys) }
        for context in contexts {
            let bindings = keymap.contexts[context] ?? []
            if let exact = bindings.first(where: { $0.keys.chords == keys }) { return .command(exact.run, context: context) }
            if bindings.contains(where: { $0.keys.chords.count > keys.count && $0.keys.chords.starts(with: keys) }) {
                pending = keys
                return .pending(keys)
            }
        }
        return .unbound(keys)
    }

    /// What may follow the keys pressed so far, for a hint after a while.
    public func continuations(in contexts: [String], keymap: Keymap) -> [KeyBinding] {
        guard !pending.isEmpty else { return [] }
        return keymap.active(in: contexts).filter { $0.shadowedBy == nil }.map(\.binding)
            .filter { $0.keys.chords.count > pending.count && $0.keys.chords.starts(with: pending) }
    }

    /// Forgets a begun sequence.
    public mutating func cancel() { pending = [] }
}
