import Catalog
import Engine
import Terminal
import TextCells
import Workflow

/// A page over a pane.
enum Screen: Sendable {
    case detail(DetailScreen)
    case form(FormScreen)
    case output(OutputScreen)
    case help(ScrollState)
}

/// More about one row, in tabs.
struct DetailScreen: Sendable {
    let pane: String
    let row: TableRow
    let subject: CommandSubject
    let title: String
    var tabs: [DetailTab]
    /// The tab wanted by title until its contents are there.
    var wanted: String?
    var tab = 0
    /// Scroll place of texts and selection of tables, by tab.
    var scrolls: [Int: ScrollState] = [:]
    var tables: [Int: TableState] = [:]
    /// What of drawings is in view, by tab; none while the reader has not moved.
    var origins: [Int: Point] = [:]
    /// Rows of trees whose parts are folded away.
    var collapsed: Set<String> = []
    /// Its contents have been there before.
    var isSeen = false
    /// Steps taken of runs, by tab.
    var steps: [Int: Int] = [:]
    /// The event after which it is shown; nil is now.
    var moment: Int64?
    /// The event that differences are counted from.
    var mark: Int64?
    var loadedAt: Int64?
    var askedEpoch = -1
    var pending: Int?
    var failure: EngineError?
    /// Columns of the row where it belongs to no pane.
    var columns: [Column] = []
    /// Its name in the path; nil is its title.
    var shortTitle: String?

    var crumb: String { shortTitle ?? title }
}

extension DetailScreen {
    /// The events that can be gone through; none where the row has no past.
    var events: Table? {
        guard let tab = tabs.first(where: { $0.title == CaseDescription.trace }), case .table(let table, _) = tab.content else {
            return nil
        }
        return table
    }

    var drawing: Drawing? {
        switch tabs[safe: tab]?.content {
        case .drawing(let drawing): drawing
        case .walk(let walk): walk.drawing(after: step)
        default: nil
        }
    }

    /// The run in the tab in front.
    var walk: FiringWalk? { if case .walk(let walk) = tabs[safe: tab]?.content { walk } else { nil } }

    /// How many steps of it have been taken. It opens where it ends: at what is wrong.
    var step: Int {
        get { steps[tab] ?? walk?.steps ?? 0 }
        set { steps[tab] = min(max(newValue, 0), walk?.steps ?? 0) }
    }

    /// The rows of the tab in front, where it has some.
    var table: Table? {
        switch tabs[safe: tab]?.content {
        case .table(let table, _): table
        case .tree(let tree): tree.visible(collapsed)
        default: nil
        }
    }

    /// The tab in front has rows that can be opened.
    var isTable: Bool { table?.rows.isEmpty == false }

    /// The answer of a command.
    init(title: String, tabs: [DetailTab], at now: Int64) {
        self.init(pane: "", row: TableRow(id: title, cells: []), subject: CommandSubject(), title: title, tabs: tabs)
        loadedAt = now
    }

    /// One row of a table in a tab, with every value in full. It is as old as the page it comes from.
    init(row: TableRow, of table: Table, in page: DetailScreen) {
        let title = page.tabs[safe: page.tab]?.title ?? ""
        self.init(
            pane: "", row: row, subject: CommandSubject(table: table, row: row), title: "\(page.title) · \(title) \(row.id)",
            tabs: [
                DetailTab(
                    "Row",
                    .fields(
                        table.columns.indices.compactMap { index in
                            guard let value = row.cells[safe: index], value != .none else { return nil }
                            return Section.Field(table.columns[index].title, value)
                        }))
            ])
        loadedAt = page.loadedAt
        columns = table.columns
        shortTitle = "\(title) \(row.id)"
    }
}

/// A form being filled in.
struct FormScreen: Sendable {
    enum Subject: Sendable, Hashable {
        case item(WorkItemID)
        case newCase(SpecificationReference)
    }

    let subject: Subject
    let title: String
    let documentation: String
    var data: DataForm
    var form: Form
    /// The call under way; a second submit waits for its answer.
    var pending: Int?
    /// What the editor was given; nil while none is open.
    var inEditor: String?
    /// Something was typed that is worth keeping.
    var isTouched = false
}

/// The answer of a command, to be read.
struct OutputScreen: Sendable {
    let title: String
    let result: CommandResult
    var scroll = ScrollState()
}

/// What stands over a page and takes the keys.
enum Overlay: Sendable {
    case prompt(PromptState)
    case dialog(DialogState)
    case palette(PaletteState)
}

/// What is typed into the palette, and the chosen entry of those that fit.
struct PaletteState: Sendable {
    var field = TextField()
    var selected = 0
}

/// A line being typed at the bottom.
struct PromptState: Sendable {
    enum Purpose: Sendable, Hashable { case command, filter, find }

    let purpose: Purpose
    var field: TextField
    var problem = ""
    /// Place in the history while going through it; nil at the line being typed.
    var historyPlace: Int?
    /// The filter to return to.
    var before = ""
    /// Ways to go on with what was typed, and the one that is shown, while tab goes through them.
    var completions: [String] = []
    var completion = 0
}

/// A question before something dangerous. The calls are made when it opens, so what was asked about is what is done.
struct DialogState: Sendable {
    let calls: [CommandCall]
    let title: String
    let message: [String]
    let confirmTitle: String
    /// The name that must be typed; nil when a button is enough.
    let typedName: String?
    var field: TextField?
    /// 0 is the safe button.
    var selected = 0
}
