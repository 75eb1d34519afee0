// A kind of entity that only these tests know.

import Platform

/// A place in a harbour.
struct Berth: Entity {
    var name: String
    var depth: Int64
    var fee: Int64
    var openedAt: Int64
    var isOpen = true

    enum Command: Codable, Sendable {
        case open(name: String, depth: Int64, fee: Int64)
        case deepen(by: Int64)
        case close
        case fillIn
    }

    enum Event: Codable, Sendable {
        case opened(Berth)
        case deepened(by: Int64)
        case closed
        case filledIn
    }

    static let kind = Kind<Berth>(
        "berth", plural: "berths",
        fields: [
            Field("name", isIndexed: true) { .text($0.name) }, Field("depth", isIndexed: true) { .integer($0.depth) },
            Field("fee", isIndexed: true) { .money($0.fee, currency: "EUR") }, Field("open") { .flag($0.isOpen) },
            Field("opened", isIndexed: true) { .time($0.openedAt) },
        ],
        uniqueKeys: [UniqueKey("name") { $0.name }],
        commands: [
            CommandDeclaration(
                "open", "Open a new berth", isCreation: true,
                inputs: [
                    CommandInput("name", .text, "what it is called"), CommandInput("depth", .integer, "in metres"),
                    CommandInput("fee", .integer, "in cents", isRequired: false),
                ]
            ) { arguments throws(Refusal) in
                .open(
                    name: try arguments.text("name"), depth: try arguments.integer("depth"),
                    fee: arguments["fee"] == nil ? 0 : try arguments.integer("fee"))
            },
            CommandDeclaration("deepen", "Deepen a berth", inputs: [CommandInput("by", .choice(["1", "2"]), "metres")]) {
                arguments throws(Refusal) in .deepen(by: try arguments.integer("by"))
            },
            CommandDeclaration("close", "Close a berth", danger: .confirm) { _ throws(Refusal) in .close },
            CommandDeclaration("fill", "Fill a berth in", danger: .typedName) { _ throws(Refusal) in .fillIn },
        ])

    static func decide(_ command: Command, on state: Berth?, in context: DecisionContext) throws(Refusal) -> Decision<Berth> {
        switch command {
        case .open(let name, let depth, let fee):
            return Decision([.opened(Berth(name: name, depth: depth, fee: fee, openedAt: context.now))])
        case .deepen(let by): return Decision([.deepened(by: by)])
        case .close:
            guard state?.isOpen == true else { throw Refusal(.conflict, "berth-closed", "the berth is closed already") }
            return Decision([.closed])
        case .fillIn: return Decision([.filledIn])
        }
    }

    static func apply(_ event: Event, to state: Berth?) -> Berth? {
        var berth = state
        switch event {
        case .opened(let new): berth = new
        case .deepened(let by): berth?.depth += by
        case .closed: berth?.isOpen = false
        case .filledIn: berth = nil
        }
        return berth
    }

    static func text(of event: Event) -> String? {
        switch event {
        case .opened(let berth): "\(berth.name) is opened"
        case .deepened(let by): "deeper by \(by) m"
        case .closed, .filledIn: nil
        }
    }
}
