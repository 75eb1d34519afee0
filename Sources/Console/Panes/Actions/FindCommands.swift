import Catalog
import Engine
import Terminal

/// Searching in a page: help, the answer of a command, data, a trace.
enum FindCommands {
    static let all: [ScreenAction] = [
        NavigationCommands.screen("find.start", ["find"], "Search this page") { state, _ in
            state.overlay = .prompt(PromptState(purpose: .find, field: TextField()))
            return []
        },
        NavigationCommands.screen("find.next", [], "Next place found") { state, _ in jump(1, &state) },
        NavigationCommands.screen("find.previous", [], "Previous place found") { state, _ in jump(-1, &state) },
    ]

    /// To the next row, or the one before, that has what is searched for; round at the ends.
    static func jump(_ step: Int, _ state: inout ConsoleState) -> [Effect] {
        guard let page = state.screens.last, !state.find.isEmpty else {
            state.say("Nothing is searched for yet", .stateWarn)
            return []
        }
        let view = ConsoleView(state)
        let lines = view.lines(of: page, width: view.pageArea.width)
        let word = Filter.Word(state.find)
        let hits = lines.indices.filter { word.isIn(lines[$0]) }
        guard let first = hits.first, let last = hits.last else {
            state.say("“\(state.find)” is not on this page", .stateWarn)
            return []
        }
        let here = state.foundRow ?? -1
        let target = step > 0 ? hits.first { $0 > here } ?? first : hits.last { $0 < here } ?? last
        state.foundRow = target
        state.say("“\(state.find)”: \((hits.firstIndex(of: target) ?? 0) + 1) of \(hits.count)", .textDim)
        _ = NavigationCommands.scroll(.start, &state)
        // Some lines before it stay in view.
        if case .detail(let detail) = page, detail.isTable { return NavigationCommands.scroll(.rows(target), &state) }
        return NavigationCommands.scroll(.rows(max(target - view.pageArea.height / 3, 0)), &state)
    }
}
