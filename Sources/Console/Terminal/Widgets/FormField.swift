// One line of a form.

/// A field: what it is called, what may be put in, what is in it, and what is wrong with that.
public struct FormField: Hashable, Sendable {
    /// How a field is edited and shown. Whether its content is acceptable is the caller's business (`error`).
    public enum Kind: Hashable, Sendable {
        case text
        case number
        case boolean
        case choice([Choice])
        /// `YYYY-MM-DD`; the pattern is shown while it is empty.
        case date
        case readOnly
        /// A title over the fields that follow.
        case heading
    }

    public struct Choice: Hashable, Sendable {
        public let value: String
        public let label: String

        public init(value: String, label: String? = nil) {
            self.value = value
            self.label = label ?? value
        }
    }

    public let id: String
    public var label: String
    public var kind: Kind
    public var isRequired: Bool
    /// Levels below the top, shown as indentation.
    public var depth: Int
    /// Shown dim while the field is empty, for instance what type is expected.
    public var placeholder: String
    /// Why the content is refused; shown under the field.
    public var error: String?
    var editor: TextField

    public init(
        id: String, label: String, kind: Kind, value: String = "", isRequired: Bool = false, depth: Int = 0, placeholder: String = "",
        error: String? = nil
    ) {
        self.id = id
        self.label = label
        self.kind = kind
        self.isRequired = isRequired
        self.depth = min(max(depth, 0), 16)
        self.placeholder = placeholder
        self.error = error
        editor = TextField(kind == .boolean && value.isEmpty ? "false" : value)
    }

    /// What is in the field as text: for a boolean `true` or `false`, for a choice its value.
    public var value: String {
        get { editor.text }
        set { editor = TextField(newValue) }
    }

    public var isFocusable: Bool { kind != .readOnly && kind != .heading }

    /// Applies an editing key to the content. False when the key means nothing to this kind of field.
    mutating func handle(_ chord: KeyChord) -> Bool {
        switch kind {
        case .text, .date: return editor.handle(chord)
        case .number:
            // Letters that no number has are refused at the key; the rest is judged as a whole by the caller.
            if let typed = chord.typed, !typed.allSatisfy({ "0123456789+-.eE".contains($0) }) { return true }
            return editor.handle(chord)
        case .boolean:
            switch chord.key {
            case .character(" "), .left, .right: value = value == "true" ? "false" : "true"
            case .character("y"), .character("t"), .character("1"): value = "true"
            case .character("n"), .character("f"), .character("0"): value = "false"
            default: return chord.typed != nil
            }
            return true
        case .choice(let choices): return choose(chord, choices)
        case .readOnly, .heading: return false
        }
    }

    private mutating func choose(_ chord: KeyChord, _ choices: [Choice]) -> Bool {
        guard !choices.isEmpty else { return false }
        let at = choices.firstIndex { $0.value == value }
        switch chord.key {
        case .left: value = choices[((at ?? 0) + choices.count - 1) % choices.count].value
        case .right, .character(" "): value = choices[at.map { ($0 + 1) % choices.count } ?? 0].value
        case .backspace, .delete:
            guard !isRequired else { return true }
            value = ""
        case .character(let letter):
            // A letter goes to the next choice that begins with it.
            let order = (1 ... choices.count).map { ((at ?? -1) + $0) % choices.count }
            let hit = order.first { choices[$0].label.lowercased().hasPrefix(letter.lowercased()) }
            if let hit { value = choices[hit].value }
        default: return false
        }
        return true
    }
}
