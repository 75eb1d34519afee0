import Engine
import Platform

/// Reads one page of a kind's entities.
struct KindReader<E: Entity> {
    let session: Session
    let clock: TableClock

    struct Page {
        let table: Table
        /// What was not done by an index, and how the list goes on; for people.
        let notes: [String]
    }

    /// Rows of one question to the store where they are looked through here.
    private static var portion: Int { 500 }
    /// Entities that are looked at to learn what values a field has.
    private static var sample: Int { 20 }

    private let indexed = Set(E.kind.fields.filter(\.isIndexed).map(\.name))

    init(session: Session, clock: TableClock) {
        self.session = session
        self.clock = clock
    }

    /// - Parameter sort: nil is the newest first.
    /// - Throws: `bad-argument` for a page after one in an order that has no index.
    mutating func page(
        _ filter: Filter, sort: TableOrder?, words: String?, after: Int64?, limit: Int
    ) async throws(EngineError) -> Page {
        let sort = sort ?? TableOrder("id", descending: true)
        let isOrdered = sort.key == "id" || indexed.contains(sort.key)
        var listing = EntityListing(limit: 0)
        var rest = filter.terms
        try await pushDown(&rest, &listing)
        listing.words = words.map { [$0] } ?? []
        if isOrdered {
            listing.order = sort.key == "id" ? nil : sort.key
            listing.isDescending = sort.isDescending
        }
        if let after {
            guard isOrdered else {
                throw EngineError(
                    .invalid, "bad-argument", "\(sort.key) has no index, so there are no pages in its order; leave --after out")
            }
            listing.after = try await cursor(after, listing.order)
        }
        let columns = KindPane<E>.columns
        var table = Table(columns: columns.map(\.column))
        let filterHere = Filter(text: filter.text, terms: rest)
        while !isOrdered || table.rows.count <= limit {
            listing.limit = isOrdered && rest.isEmpty ? min(limit - table.rows.count + 1, 10_000) : Self.portion
            let rows = try await session.entityRows(of: E.kind.name, listing)
            for row in rows {
                let drawn = TableRow(
                    id: String(row.id), cells: columns.map { $0.value(row) }, state: .entity(kind: E.kind.name))
                if filterHere.matches(drawn, columns: table.columns, clock: clock) { table.rows.append(drawn) }
            }
            guard rows.count == listing.limit, let last = rows.last else { break }
            listing.after = last.cursor
        }
        if !isOrdered { table.sort(by: sort) }
        let hasMore = table.rows.count > limit
        if hasMore { table.rows.removeLast(table.rows.count - limit) }
        return Page(table: table, notes: notes(rest, isOrdered ? nil : sort.key, hasMore ? table.rows.last : nil))
    }

    /// Takes the terms away that the store can answer.
    private func pushDown(_ terms: inout [Filter.Term], _ listing: inout EntityListing) async throws(EngineError) {
        let wanted = terms.filter { term in !term.isNegated && term.field.map { indexed.contains($0) } == true && term.match.isBound }
        guard !wanted.isEmpty else { return }
        let values = try await known(Set(wanted.compactMap(\.field)))
        for term in wanted {
            guard let field = term.field, let value = values[field], let found = condition(field, term.match, value) else { continue }
            // What has no value comes before everything else, and passes no comparison.
            listing.conditions += [found, .init(field, .greaterOrEqual, FieldPlace(isPresent: true, number: .min))]
            terms.removeAll { $0 == term }
        }
    }

    /// A declaration does not say what values a field has; the newest entities do. What they do not tell is filtered here.
    private func known(_ fields: Set<String>) async throws(EngineError) -> [String: FieldValue] {
        var listing = EntityListing(limit: Self.sample)
        listing.isDescending = true
        var result: [String: FieldValue] = [:]
        for row in try await session.entityRows(of: E.kind.name, listing) {
            for (field, value) in zip(E.kind.fields, row.values) where fields.contains(field.name) && result[field.name] == nil {
                result[field.name] = value
            }
        }
        return result
    }

    private func condition(_ field: String, _ match: Filter.Match, _ example: FieldValue) -> EntityQuery.Condition? {
        switch match {
        case .comparison(let bound):
            let place: FieldPlace? =
                switch example {
                case .text: FieldPlace(isPresent: true, text: bound.text)
                case .integer: bound.number(.integer, clock).map { FieldPlace(isPresent: true, number: $0) }
                case .flag: bound.number(.flag, clock).map { FieldPlace(isPresent: true, number: $0) }
                case .time: bound.number(.time, clock).map { FieldPlace(isPresent: true, number: $0) }
                // Amounts of several currencies have no common order.
                case .money: nil
                }
            return place.map { EntityQuery.Condition(field, EntityQuery.Condition.Comparison(bound.comparison), $0) }
        case .time(let bound):
            guard case .time = example else { return nil }
            let place = FieldPlace(isPresent: true, number: bound.moment(clock))
            return EntityQuery.Condition(field, bound.side == .since ? .greaterOrEqual : .lessOrEqual, place)
        default: return nil
        }
    }

    private func cursor(_ id: Int64, _ order: String?) async throws(EngineError) -> EntityQuery.Cursor {
        guard let order, let index = E.kind.fields.firstIndex(where: { $0.name == order }) else { return EntityQuery.Cursor(id: id) }
        let row = try await session.entityRow(of: E.kind.name, id: id)
        return EntityQuery.Cursor(place: FieldPlace(row.values[safe: index] ?? nil), id: id)
    }

    private func notes(_ rest: [Filter.Term], _ sort: String?, _ last: TableRow?) -> [String] {
        var notes: [String] = []
        if !rest.isEmpty { notes.append("The filter was compared with every row\(fields(behind: ": "))") }
        if let sort { notes.append("\(sort) has no index: every row was read to sort them") }
        if let last { notes.append("There are more: --after \(last.id) continues") }
        return notes
    }

    private func fields(behind text: String) -> String {
        indexed.isEmpty ? "" : text + "=, <, <=, > and >= use the index of \(indexed.sorted().joined(separator: ", "))"
    }
}

extension Filter.Match {
    /// Whether an index might answer it.
    fileprivate var isBound: Bool {
        switch self {
        case .comparison, .time: true
        case .word, .fuzzy, .pattern: false
        }
    }
}

extension EntityQuery.Condition.Comparison {
    fileprivate init(_ comparison: ValueBound.Comparison) {
        self =
            switch comparison {
            case .less: .less
            case .lessOrEqual: .lessOrEqual
            case .equal: .equal
            case .greaterOrEqual: .greaterOrEqual
            case .greater: .greater
            }
    }
}
