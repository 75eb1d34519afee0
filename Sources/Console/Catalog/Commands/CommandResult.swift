import TextCells

/// What a command answers: a sentence, sections for people, and the same for machines.
public struct CommandResult: Sendable {
    /// One sentence of what was done; nil when the sections say it.
    public var message: String?
    public var sections: [Section]
    public var json: JSONValue { makeJSON() }
    private let makeJSON: @Sendable () -> JSONValue
    /// What is written where nobody looks at it: the text as it is, without cleaning it for a screen and without a line break after it.
    public var verbatim: String?
    /// The command worked but its answer is no: a refused specification. Faces end with the code for invalid input.
    public var isRefusal: Bool
    /// What the console shows instead of the sections: pages with more to them than text.
    public var tabs: [DetailTab] = []
    /// The command worked but what it was to prove does not hold: a net that is not sound, a damaged case. Faces end with the code
    /// for failure.
    public var isFailure: Bool

    public init(message: String? = nil, sections: [Section] = [], json: JSONValue, isRefusal: Bool = false, isFailure: Bool = false) {
        self.message = message
        self.sections = sections
        makeJSON = { json }
        self.isRefusal = isRefusal
        self.isFailure = isFailure
    }

    /// What machines get is made when one asks for it: it may be large.
    package init(sections: [Section], makeJSON: @escaping @Sendable () -> JSONValue) {
        self.sections = sections
        self.makeJSON = makeJSON
        isRefusal = false
        isFailure = false
    }

    /// A list.
    public init(table: Table, empty: String) {
        self.init(sections: [Section(nil, .table(table, empty: empty))]) { table.json }
    }

    /// Something that was done, with its facts in order.
    public init(done message: String, _ facts: KeyValuePairs<String, JSONValue>) {
        self.init(message: message, json: .object(facts))
    }

    /// The rows where the answer is nothing but a list.
    public var table: Table? { if sections.count == 1, case .table(let table, _) = sections[0].content { table } else { nil } }

    /// Readable text that ends without a line break.
    /// - Parameter width: columns of the terminal; nil when the output goes elsewhere and nothing is cut.
    public func text(width: Int? = nil, clock: TableClock) -> String {
        var parts = sections.map { $0.text(width: width, clock: clock) }
        if let message { parts.insert(message, at: 0) }
        return parts.joined(separator: sections.count > 1 ? "\n\n" : "\n")
    }
}

/// A titled part of an answer or of a detail view.
public struct Section: Sendable, Hashable {
    public enum Content: Sendable, Hashable {
        case table(Table, empty: String)
        /// Lines as they are: XML, findings.
        case text(String)
        case fields([Field])
        case drawing(Drawing)
        case tree(TableTree)
        /// Goes on and back step by step where somebody is there to press keys.
        case walk(FiringWalk)
    }

    public struct Field: Sendable, Hashable {
        public let label: String
        public let value: CellValue

        public init(_ label: String, _ value: CellValue) {
            self.label = label
            self.value = value
        }

        public init(_ label: String, _ value: String) { self.init(label, .text(value)) }
    }

    public let title: String?
    public let content: Content

    public init(_ title: String?, _ content: Content) {
        self.title = title
        self.content = content
    }

    public func text(width: Int? = nil, clock: TableClock) -> String {
        let body: String
        switch content {
        case .table(let table, let empty): body = table.rows.isEmpty ? empty : table.text(as: .table, width: width, clock: clock)
        case .text(let text): body = Sanitizer.lines(text).joined(separator: "\n")
        case .drawing(let drawing): body = drawing.text()
        case .tree(let tree): body = tree.visible([]).text(as: .table, width: width, clock: clock)
        case .walk(let walk): body = walk.lines.joined(separator: "\n")
        case .fields(let fields):
            let labels = fields.reduce(0) { max($0, $1.label.cellWidth) }
            body = fields.map { field in
                let value = Sanitizer.lines(field.value.text(clock)).joined(separator: "\n" + String(repeating: " ", count: labels + 2))
                return field.label.padded(to: labels) + "  " + value
            }.joined(separator: "\n")
        }
        guard let title else { return body }
        return title.uppercased() + "\n" + body
    }
}
