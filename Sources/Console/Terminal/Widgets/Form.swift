// Several fields to be filled in and sent together.

/// A form as a value: fields, which one has the focus, and two buttons at the end.
public struct Form: Hashable, Sendable {
    /// What has the focus.
    public enum Focus: Hashable, Sendable {
        case field(Int)
        case submit
        case cancel
    }

    public var fields: [FormField]
    public private(set) var focus: Focus
    public var submitTitle: String
    public var cancelTitle: String

    /// The first field that can be edited has the focus, or the submit button when there is none.
    public init(fields: [FormField], submitTitle: String = "Submit", cancelTitle: String = "Cancel") {
        self.fields = fields
        self.submitTitle = submitTitle
        self.cancelTitle = cancelTitle
        focus = fields.firstIndex(where: \.isFocusable).map { .field($0) } ?? .submit
    }

    /// Identifiers and contents of all fields except headings, in order.
    public var values: [(id: String, value: String)] {
        fields.filter { $0.kind != .heading }.map { ($0.id, $0.value) }
    }

    /// The content of a field; nil when there is no such field.
    public func value(of id: String) -> String? { fields.first { $0.id == id }?.value }

    /// True while the focus is on something into which characters are typed.
    public var isTyping: Bool {
        guard case .field(let index) = focus, fields.indices.contains(index) else { return false }
        switch fields[index].kind {
        case .text, .number, .date: return true
        default: return false
        }
    }

    public mutating func focusNext() { step(1) }

    public mutating func focusPrevious() { step(-1) }

    /// Focuses a field by its identifier, if it can be edited.
    public mutating func focus(on id: String) {
        if let index = fields.firstIndex(where: { $0.id == id && $0.isFocusable }) { focus = .field(index) }
    }

    /// Applies an editing key to the focused field, whose error goes as soon as it changes. False when the key is not for it.
    public mutating func handle(_ chord: KeyChord) -> Bool {
        guard case .field(let index) = focus, fields.indices.contains(index) else { return false }
        let before = fields[index].value
        let handled = fields[index].handle(chord)
        if fields[index].value != before { fields[index].error = nil }
        return handled
    }

    /// Puts pasted text into the focused field, if text can be typed there.
    public mutating func paste(_ text: String) {
        guard isTyping, case .field(let index) = focus else { return }
        fields[index].editor.insert(text)
        fields[index].error = nil
    }

    /// Shows errors by field identifier, removes the earlier ones, and focuses the first field that has one.
    public mutating func show(errors: [String: String]) {
        for index in fields.indices { fields[index].error = errors[fields[index].id] }
        if let first = fields.firstIndex(where: { $0.error != nil && $0.isFocusable }) { focus = .field(first) }
    }

    private var order: [Focus] {
        fields.indices.filter { fields[$0].isFocusable }.map { .field($0) } + [.submit, .cancel]
    }

    private mutating func step(_ by: Int) {
        let all = order
        let at = all.firstIndex(of: focus) ?? 0
        focus = all[(at + by + all.count) % all.count]
    }
}
