import Catalog
import Engine
import Workflow

/// Every command of the screen, in the order in which help shows them, and what the console does instead of commands of other faces.
enum ActionCatalog {
    static let all: [ScreenAction] =
        NavigationCommands.all + RowCommands.all + TimeCommands.all + ViewCommands.all + PaletteCommands.all + FindCommands.all
        + PromptCommands.all + HeldCommands.all + EditorCommands.all + PlaceCommands.all + StoreSwitchCommands.all

    /// Steps of the reducer by the id of the command; a command that has none here is run as on any face.
    static let steps: [String: ScreenAction.Step] =
        Dictionary(all.map { ($0.spec.id, $0.step) }) { first, _ in first }.merging(instead) { first, _ in first }

    /// A form where data are asked for, a page where there is one.
    private static let instead: [String: ScreenAction.Step] = [
        "case.start": { state, call in
            guard !call.isSet("data"), !call.isSet("param") else { return ConsoleReducer.run([call], &state) }
            return [.openCaseForm(request: state.nextRequest(), SpecificationReference(call["specification"] ?? ""))]
        },
        "case.trace": { state, call in trace(&state, call) },
        "item.complete": { state, call in
            guard !call.isSet("data"), !call.isSet("set"), !call.isSet("force"), let id = WorkItemID(call["item"] ?? "") else {
                return ConsoleReducer.run([call], &state)
            }
            return [.openItem(request: state.nextRequest(), id, start: false)]
        },
        "work": { state, _ in ConsoleReducer.open(pane: "queues", &state) },
        "each": { state, call in EachActions.each(&state, call) },
    ]

    private static func trace(_ state: inout ConsoleState, _ call: CommandCall) -> [Effect] {
        guard let pane = state.registry.pane("cases"), let text = call["case"], let number = Int64(text) else { return [] }
        if case .detail(var detail) = state.screens.last, detail.pane == pane.id, detail.row.id == text {
            detail.tab = detail.tabs.firstIndex { $0.title == "Trace" } ?? detail.tab
            state.screens[state.screens.count - 1] = .detail(detail)
            return []
        }
        let row = state.panes.first { $0.pane.id == pane.id }?.table.rows.first { $0.id == text }
        let subject =
            row.map { CommandSubject(table: Table(columns: pane.columns), row: $0) } ?? CommandSubject(["case": .integer(number)])
        return ConsoleReducer.openDetail(pane: pane, row: row ?? TableRow(id: text, cells: []), subject: subject, tab: "Trace", &state)
    }
}

extension CommandRegistry {
    /// What the console and the program know: the commands of every face, those that are about this terminal, and the screen's own.
    public static let console = console(.standard)

    /// - Parameter base: the commands and panes of every face.
    public static func console(_ base: CommandRegistry) -> CommandRegistry {
        base.adding(ConfigCommands.all + [DoctorCommand.doctor, ManualCommand.manual] + ActionCatalog.all.map(\.spec))
    }
}
