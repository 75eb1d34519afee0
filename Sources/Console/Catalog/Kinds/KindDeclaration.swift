import Engine
import Platform

/// What faces show of a kind and do with it; all of it follows from the declaration.
struct KindDeclaration: Sendable {
    let pane: Pane
    /// Besides the pane's list command.
    let commands: [CommandSpec]

    static func read(_ type: any Entity.Type) -> KindDeclaration { of(type) }

    private static func of<E: Entity>(_ type: E.Type) -> KindDeclaration {
        KindDeclaration(
            pane: KindPane<E>.pane, commands: [KindCommands<E>.show] + E.kind.commands.map { KindCommands<E>.command($0) })
    }
}

/// The pane of a kind: its fields as columns, newest first.
enum KindPane<E: Entity> {
    static var pane: Pane {
        let kind = E.kind, name = kind.name
        return Pane(
            id: kind.plural, title: kind.plural.prefix(1).uppercased() + kind.plural.dropFirst(),
            aliases: name == kind.plural ? [] : [name],
            kind: name, hasTab: false, ownList: KindList<E>.command,
            list: Pane.ListCommand([name, "list"], KindList<E>.summary),
            columns: columns, sort: TableOrder("id", descending: true),
            commands: ["row.open"] + kind.commands.filter { !$0.isCreation }.map { "\(name).\($0.verb)" },
            rowNames: (name, kind.plural), empty: "No \(kind.plural)",
            identity: { String($0.id) }, state: { _ in .entity(kind: name) },
            rows: { session, query async throws(EngineError) in
                var listing = EntityListing(limit: query.limit)
                listing.isDescending = true
                return try await session.entityRows(of: name, listing)
            },
            detail: { session, row async throws(EngineError) in
                guard let id = Int64(row.id) else { return [] }
                return try await tabs(session, try await session.entityRow(of: name, id: id))
            })
    }

    static var columns: [PaneColumn<EntityRow>] {
        [PaneColumn("id", "id", alignment: .right, priority: 0) { .integer($0.id) }]
            + E.kind.fields.enumerated().map { index, field in
                PaneColumn(field.name, field.title.lowercased(), priority: min(index, 8), isFlexible: index == 0) {
                    CellValue($0.values[safe: index] ?? nil)
                }
            }
    }

    static func tabs(_ session: Session, _ row: EntityRow) async throws(EngineError) -> [DetailTab] {
        let events = try await session.entityEvents(of: E.kind.name, id: row.id)
        let fields = columns.map { Section.Field($0.column.title, $0.value(row)) }
        return [
            DetailTab(E.kind.name.prefix(1).uppercased() + E.kind.name.dropFirst(), .fields(fields)),
            DetailTab("Events", .table(EventColumns.trace(events), empty: "No events")),
        ]
    }

    /// The id and the fields by their names.
    static func json(_ row: EntityRow) -> [JSONValue.Member] { columns.map { JSONValue.Member($0.column.key, $0.value(row).json) } }
}

extension CellValue {
    init(_ value: FieldValue?) {
        self =
            switch value {
            case .text(let text)?: .text(text)
            case .integer(let number)?: .integer(number)
            case .flag(let isSet)?: .flag(isSet)
            case .time(let at)?: .time(at)
            case .money(let amount, let currency)?: .money(amount, Currency(currency))
            case nil: .none
            }
    }
}
