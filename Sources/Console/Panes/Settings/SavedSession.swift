import Catalog
import Terminal

/// Where a person left off, store by store: the pane, and for each pane its order, columns and selected row. Not its filter: nobody
/// shall start the day with rows hidden. Kept in a file of mizzen's own.
struct SavedSession: Sendable, Hashable, Codable {
    struct Look: Sendable, Hashable, Codable {
        var sort: String?
        var columns: [String]?
        var isWide = false
        var selected: String?
    }

    struct Desk: Sendable, Hashable, Codable {
        var pane: String
        var looks: [String: Look]
    }

    /// By the name of the store.
    var desks: [String: Desk] = [:]
    /// The stores in the order in which they were left, the latest last; earlier ones are forgotten.
    private var order: [String] = []
    private static let most = 50

    init() {}

    mutating func keep(_ state: ConsoleState) {
        var looks: [String: Look] = [:]
        for pane in state.panes where !pane.pane.isLocal {
            let look = pane.look
            if look != Look(sort: pane.pane.sort?.description) { looks[pane.pane.id] = look }
        }
        let store = state.source.name
        desks[store] = Desk(pane: state.pane.pane.id, looks: looks)
        order.removeAll { $0 == store }
        order.append(store)
        while order.count > Self.most { desks[order.removeFirst()] = nil }
    }
}

extension ConsoleState {
    /// Goes on where the person left off. - Parameter pane: false where the person said which pane to open.
    mutating func resume(_ session: SavedSession, pane: Bool = true) {
        guard let desk = session.desks[source.name] else { return }
        for index in panes.indices { if let look = desk.looks[panes[index].pane.id] { panes[index].resume(look) } }
        if pane, let index = panes.firstIndex(where: { $0.pane.id == desk.pane }) { active = index }
    }
}

extension PaneState {
    var look: SavedSession.Look {
        SavedSession.Look(sort: sort?.description, columns: chosenColumns, isWide: isWide, selected: view.selected == 0 ? nil : selectedID)
    }

    /// What is not there any more is as usual.
    mutating func resume(_ look: SavedSession.Look) {
        let keys = pane.columns.map(\.key)
        if let sort = look.sort.map({ TableOrder(parsing: $0) }), keys.contains(sort.key) { self.sort = sort }
        let columns = look.columns?.filter(keys.contains)
        chosenColumns = columns?.isEmpty == true ? nil : columns
        isWide = look.isWide
        selectedID = look.selected
    }
}
