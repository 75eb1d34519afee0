import Catalog
import Engine
import Terminal
import TextCells
import Workflow

/// Everything that can happen to the console. `ConsoleReducer.reduce` is told one after the other.
enum ConsoleAction: Sendable {
    case started(Size)
    case resized(Size)
    case input(InputEvent)
    /// A call made by a person: by key, prompt or dialog.
    case command(CommandCall)
    case message(ConsoleMessage)
    /// The person's editor has ended.
    case edited(EditedText)
    /// What is held has waited long enough.
    case heldIsDue
    /// A minute has passed: ages are drawn anew.
    case tick
}

/// What comes back from outside. Each answer carries the number of its question; answers to questions nobody waits for are dropped.
enum ConsoleMessage: Sendable {
    /// Somebody committed something, here or in another process.
    case changed
    case rows(request: Int, pane: String, Result<Fetched, EngineError>)
    case detail(request: Int, Result<[DetailTab], EngineError>)
    case itemForm(request: Int, Result<ItemDetail, EngineError>, started: CommandCall?)
    case caseForm(request: Int, SpecificationReference, Result<CaseForm, EngineError>)
    case finished(request: Int, [CommandCall], Result<CommandResult, EngineError>)
    case storeOpened(request: Int, context: String?, isReadOnly: Bool, Result<ConsoleState.Source, EngineError>)
    case note(String, isError: Bool)
    /// How far a batch is.
    case progress(request: Int, done: Int, of: Int)
    /// Files of settings have changed.
    case settings(ConsoleSettings)
}

/// Rows with what is worked out about them beside the screen's thread.
struct Fetched: Sendable {
    let table: Table
    let widths: [Int]
    /// There are more rows, which are to be asked for next.
    var isPartial = false
}

/// What the form of a new case needs.
struct CaseForm: Sendable {
    let title: String
    let documentation: String
    let parameters: [Parameter]
    let root: String
    let types: TypeLibrary
}

/// What the reducer wants done outside. `EffectRunner` does it and answers with a message; the terminal's part goes to the loop.
enum Effect: Sendable, Hashable {
    /// The rows of a pane; `first` asks for as many as any screen shows, because somebody looks at an empty one.
    case fetch(request: Int, pane: String, first: Bool)
    /// `moment`: as it was after the event of this number.
    case fetchDetail(request: Int, pane: String, row: TableRow, moment: Int64?)
    /// Starts the item first unless it has been started.
    case openItem(request: Int, WorkItemID, start: Bool)
    case openCaseForm(request: Int, SpecificationReference)
    /// One after the other; those that are refused are counted and the rest is done all the same.
    case run(request: Int, [CommandCall])
    case openStore(request: Int, address: String, context: String?, isReadOnly: Bool)
    /// No further call of the batch under way is made.
    case stopBatch
    /// Keeps the views for the next time.
    case saveViews(SavedViews)
    case saveDrafts(FormDrafts)
    case write(path: String, text: String)
    case copy(String)
    /// Tells when so many seconds are over that something held may go.
    case hold(seconds: Int)
    /// Hands an XML text to the person's editor.
    case edit(String)
    case redraw
    case mouse(Bool)
    case suspend
    case quit
}
