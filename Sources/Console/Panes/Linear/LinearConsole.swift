import Catalog
import Engine
import Foundation
import Terminal
import TextCells

/// The console line by line: for screen readers, for terminals that can do no more, for lines so slow that a screen is too much. No
/// screen is drawn and no key is bound: what is asked for is written below what was there, rows have numbers, and what changes is a
/// line of its own. State, commands and questions are the console's; only input and output are others.
struct LinearConsole {
    private(set) var state: ConsoleState
    private let runner: EffectRunner
    private let clock: @Sendable () -> Int64
    /// The first row of the list in front that is shown.
    private var first = 0
    private(set) var isOver = false
    /// The last event that was told.
    private var told: Int64 = 0
    /// Seconds until something held is to be sent; whoever runs the console waits that long and calls `due`.
    private(set) var waiting: Int?

    private static let rowsAtOnce = 20
    private static let eventsAtOnce = 10

    init(_ state: ConsoleState, _ runner: EffectRunner, clock: @escaping @Sendable () -> Int64) {
        self.state = state
        // Nothing that is said speaks of keys.
        self.state.keymap = Keymap()
        self.runner = runner
        self.clock = clock
    }

    /// What is said first.
    mutating func begin() async -> [String] {
        told = (try? await runner.store.opened.house.session.latestEvents(limit: 1))?.last?.position ?? 0
        await reduce(.started(Size(width: 100, height: 50)))
        return ["mizzen, line by line. Type help for what can be typed, quit to leave."] + news() + LinearView(state).page(from: 0)
    }

    /// What is asked of the person now.
    var prompt: String { LinearView(state).prompt }

    // MARK: Lines

    mutating func take(_ line: String) async -> [String] {
        let line = line.trimmed
        state.status = .init()
        waiting = nil
        let before = LinearView(state).front
        if case .dialog(let dialog) = state.overlay {
            await answer(dialog, line)
        } else if case .form(let screen) = state.screens.last {
            await fill(screen, line)
        } else if line.isEmpty {
            first += Self.rowsAtOnce
            return LinearView(state).page(from: first)
        } else {
            await command(line)
        }
        // A list that was asked for is read again, though it is the one in front.
        let shown =
            LinearView(state).front != before
            || state.overlay == nil && (line.hasPrefix("/") || line == "again" || state.registry.pane(line) != nil)
        if shown { first = 0 }
        return news() + (shown ? LinearView(state).page(from: first) : [])
    }

    private mutating func answer(_ dialog: DialogState, _ line: String) async {
        var dialog = dialog
        if dialog.typedName != nil {
            dialog.field = TextField(line)
        } else {
            dialog.selected = ["yes", "y"].contains(line.lowercased()) ? 1 : 0
        }
        let isGivenUp = dialog.typedName != nil && line.isEmpty
        state.overlay = .dialog(dialog)
        await run(isGivenUp ? "dialog.cancel" : "dialog.accept")
    }

    private mutating func fill(_ screen: FormScreen, _ line: String) async {
        switch (line, screen.form.focus) {
        case (".leave", _): await run("form.cancel")
        case (".drop", _): await run("form.drop")
        case (".back", _): await run("form.previous")
        case (".send", _), ("yes", .submit), ("y", .submit): await run("form.submit")
        case (_, .submit): await run("form.cancel")
        case (_, .cancel): await run("form.cancel")
        case (_, .field(let index)):
            var screen = screen
            if !line.isEmpty, let problem = screen.form.fields[safe: index].flatMap({ LinearView.problem(of: line, in: $0) }) {
                state.say(problem, .error)
                return
            }
            if !line.isEmpty {
                screen.form.fields[index].value = line == ".empty" ? "" : LinearView.value(of: line, in: screen.form.fields[index])
                screen.isTouched = true
                FormCommands.rebuildIfNeeded(&screen)
                FormCommands.checkFocused(&screen)
                state.screens[state.screens.count - 1] = .form(screen)
                if case .field(let place) = screen.form.focus, let error = screen.form.fields[safe: place]?.error {
                    state.say(error, .error)
                    return
                }
            }
            await run("form.next")
            // Leaving is said, not stepped to.
            if case .form(let screen) = state.screens.last, case .cancel = screen.form.focus { await run("form.previous") }
        }
    }

    private mutating func command(_ line: String) async {
        if line.hasPrefix("/") {
            if !state.screens.isEmpty { state.screens = [] }
            state.pane.setFilter(String(line.dropFirst()), state.clock)
            if let problem = state.pane.filterProblem { state.say(problem, .error) }
            return
        }
        let line = line.hasPrefix(":") ? String(line.dropFirst()) : line
        let words = line.split(separator: " ", maxSplits: 1).map(String.init)
        if let number = words.first.flatMap({ Int($0) }) {
            guard select(number - 1) else { return state.say("There is no row \(number)", .stateWarn) }
            return await run(words.count > 1 ? words[1] : "row.open")
        }
        if line == "again" { return await reduce(.message(.changed)) }
        if line == "up" { return await run("view.back") }
        if case .detail(var detail) = state.screens.last,
            let tab = detail.tabs.firstIndex(where: { $0.title.lowercased() == line.lowercased() })
        {
            detail.tab = tab
            state.screens[state.screens.count - 1] = .detail(detail)
            return
        }
        await run(line)
    }

    /// Selects a row of the list in front.
    private mutating func select(_ row: Int) -> Bool {
        if case .detail(var detail) = state.screens.last {
            guard let count = LinearView.rows(of: detail)?.rows.count, row >= 0, row < count else { return false }
            var place = TableState()
            place.select(row, count: count)
            detail.tables[detail.tab] = place
            state.screens[state.screens.count - 1] = .detail(detail)
            return true
        }
        guard state.screens.isEmpty, row >= 0, row < state.pane.arranged.rows.count else { return false }
        state.pane.select(row)
        return true
    }

    private mutating func run(_ line: String) async {
        do {
            let call = try state.registry.parse(line.hasPrefix("mizzen ") ? String(line.dropFirst(7)) : line, subject: state.subject)
            await reduce(.command(call))
        } catch {
            state.complain(error)
        }
    }

    // MARK: What comes of it

    /// Something was committed, here or elsewhere.
    mutating func changed() async -> [String] {
        await reduce(.message(.changed))
        guard let events = try? await runner.store.opened.house.session.latestEvents(limit: 100) else { return [] }
        let new = events.filter { $0.position > told }
        told = new.last?.position ?? told
        let others = new.filter { $0.actor != state.source.user }
        let lines = others.suffix(Self.eventsAtOnce).map { event in
            """
            * \(TimeText.time(event.at, state.clock))\(event.caseNumber == 0 ? "" : " case \(event.caseNumber)")\
            : \(Sanitizer.line(event.text)), by \(Sanitizer.line(event.actor))
            """
        }
        return
            (others.count > lines.count ? ["* \(others.count - lines.count) earlier changes by others are not read out; see events"] : [])
            + lines
    }

    /// What was held has waited long enough.
    mutating func due() async -> [String] {
        waiting = nil
        state.status = .init()
        await reduce(.heldIsDue)
        return news()
    }

    private mutating func reduce(_ action: ConsoleAction) async {
        var effects = ConsoleReducer.reduce(&state, action, at: clock())
        while !effects.isEmpty {
            let effect = effects.removeFirst()
            switch effect {
            case .quit: isOver = true
            case .hold(let seconds): waiting = seconds
            case .edit, .copy, .mouse, .redraw, .suspend: state.say("That needs the screen; mizzen without --linear has it", .stateWarn)
            case .saveDrafts: runner.run(effect)
            default: effects += ConsoleReducer.reduce(&state, .message(await runner.answer(to: effect)), at: clock())
            }
        }
        // A drawing says little when it is read out.
        guard case .detail(var detail) = state.screens.last, !detail.tabs.isEmpty, !detail.isSeen else { return }
        detail.isSeen = true
        if detail.drawing != nil, let tab = detail.tabs.firstIndex(where: { if case .drawing = $0.content { false } else { true } }) {
            detail.tab = tab
        }
        state.screens[state.screens.count - 1] = .detail(detail)
    }

    private func news() -> [String] {
        var lines: [String] = []
        if state.pane.failure != nil, let failure = state.pane.failure { lines.append("Not up to date: \(failure.message)") }
        if !state.status.text.isEmpty, state.status.text != "…" { lines += Sanitizer.lines(state.status.text) }
        if !state.status.commandLine.isEmpty { lines.append("The same in a shell: \(Sanitizer.line(state.status.commandLine))") }
        if case .dialog(let dialog) = state.overlay { lines += [dialog.title] + dialog.message.map { Sanitizer.line($0) } }
        return lines
    }
}
