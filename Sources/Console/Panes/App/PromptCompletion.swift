import Terminal

// How the line at the prompt could go on: commands and options from the registry, names from the rows that the panes hold.

extension ConsoleState {
    /// Whole lines, the likeliest first.
    func completions(_ line: String) -> [String] {
        registry.completions(line) { kind in
            switch kind {
            case .specification: ids("specs")
            case .caseNumber: ids("cases")
            case .item: ids("queues")
            case .choice(let words): words
            case .none, .file: []
            }
        }
    }

    private func ids(_ pane: String) -> [String] { panes.first { $0.pane.id == pane }?.arranged.rows.map(\.id) ?? [] }
}

extension ConsoleReducer {
    /// Asks for the rows of panes that nobody has opened yet, so that their names can be offered.
    static func fetchForCompletion(_ state: inout ConsoleState) -> [Effect] {
        var effects: [Effect] = []
        for index in state.panes.indices
        where state.panes[index].loadedAt == nil && state.panes[index].pending == nil && state.panes[index].pane.detail != nil {
            let request = state.nextRequest()
            state.panes[index].pending = request
            effects.append(.fetch(request: request, pane: state.panes[index].pane.id, first: true))
        }
        return effects
    }
}
