import Catalog
import Engine
import Terminal
import Workflow

extension ConsoleReducer {
    /// Takes an answer. One that nobody waits for any more changes nothing.
    static func take(_ message: ConsoleMessage, _ state: inout ConsoleState) -> [Effect] {
        switch message {
        case .changed:
            state.epoch += 1
            return state.isPaused ? [] : refresh(&state)
        case .rows(let request, let name, let result):
            guard let index = state.panes.firstIndex(where: { $0.pane.id == name }), state.panes[index].pending == request else {
                return []
            }
            state.panes[index].pending = nil
            switch result {
            case .success(let fetched):
                state.panes[index].take(fetched.table, widths: fetched.widths, isPartial: fetched.isPartial, at: state.clock)
                // The rest is asked for at once.
                if fetched.isPartial { state.panes[index].askedEpoch = -1 }
                if index == state.active { return typeAhead(&state) + refresh(&state) }
            case .failure(let error): state.panes[index].failure = error
            }
            // What changed in the meantime is asked for now.
            return refresh(&state)
        case .detail(let request, let result): return take(detail: result, request, &state)
        case .itemForm(let request, let result, let started): return take(item: result, request, started, &state)
        case .caseForm(_, let reference, let result): return take(newCase: result, reference, &state)
        case .finished(let request, let calls, let result): return take(result, of: calls, request, &state)
        case .storeOpened(let request, let context, let isReadOnly, let result):
            guard state.opening == request else { return [] }
            state.opening = nil
            return StoreSwitchCommands.take(result, context: context, isReadOnly: isReadOnly, &state)
        case .progress(let request, let done, let count):
            if state.batch == request { state.say("\(done) of \(count) … (esc stops)", .textDim) }
            return []
        case .settings(let settings):
            settings.apply(to: &state)
            return [.redraw]
        case .note(let text, let isError):
            if !text.isEmpty { state.say(text, isError ? .error : .text) }
            return []
        }
    }

    /// What was typed before there were rows is done now.
    private static func typeAhead(_ state: inout ConsoleState) -> [Effect] {
        let lines = state.typedAhead
        state.typedAhead = []
        return lines.flatMap { press($0, &state) }
    }

    private static func take(detail result: Result<[DetailTab], EngineError>, _ request: Int, _ state: inout ConsoleState) -> [Effect] {
        for index in state.screens.indices {
            guard case .detail(var detail) = state.screens[index], detail.pending == request else { continue }
            detail.pending = nil
            switch result {
            case .success(let tabs):
                detail.tabs = tabs
                detail.tab = min(detail.tab, max(tabs.count - 1, 0))
                if let wanted = detail.wanted, let place = tabs.firstIndex(where: { $0.title == wanted }) { detail.tab = place }
                detail.wanted = nil
                TimeCommands.showMoment(&detail)
                detail.loadedAt = state.clock.now
                detail.failure = nil
            case .failure(let error): detail.failure = error
            }
            state.screens[index] = .detail(detail)
        }
        return refresh(&state)
    }

    private static func take(
        item result: Result<ItemDetail, EngineError>, _ request: Int, _ started: CommandCall?, _ state: inout ConsoleState
    ) -> [Effect] {
        let line = started.map { state.registry.commandLine(for: $0) } ?? ""
        switch result {
        case .success(let detail):
            var data = DataForm(item: detail)
            let form = Form(fields: data.fields(), submitTitle: "Complete", cancelTitle: "Leave")
            let documentation = detail.row.documentation ?? detail.decomposition?.documentation ?? ""
            let screen = FormScreen(
                subject: .item(detail.row.id), title: "\(detail.row.task) (\(detail.row.id))\(detail.row.timer.map { " · \($0)" } ?? "")",
                documentation: documentation, data: data, form: form)
            let isDraft = open(screen, &state)
            if started != nil {
                state.say("\(detail.row.id) is yours now", .stateOK, commandLine: line)
                // Our own commit is seen at once, whether or not the store's notice has come yet.
                state.epoch += 1
            } else if !isDraft {
                state.forgetNews()
            }
        case .failure(let error): state.complain(error, commandLine: line)
        }
        return refresh(&state)
    }

    /// - Returns: whether it goes on with a draft.
    private static func open(_ screen: FormScreen, _ state: inout ConsoleState) -> Bool {
        var screen = screen
        let isDraft = state.drafts.fill(&screen, from: state.draftKey(screen.subject))
        state.screens.append(.form(screen))
        if isDraft {
            let key = state.keymap.keys(for: "form.drop", in: ["form"]).map { "\($0)" } ?? ":form.drop"
            state.say("This is what you typed the last time; \(key) forgets it", .stateWarn)
        }
        return isDraft
    }

    private static func take(
        newCase result: Result<CaseForm, EngineError>, _ reference: SpecificationReference, _ state: inout ConsoleState
    ) -> [Effect] {
        switch result {
        case .success(let found):
            guard !found.parameters.isEmpty else {
                return run([CommandCall("case.start", with: ["specification": reference.description])], &state)
            }
            var data = DataForm(parameters: found.parameters, root: found.root, types: found.types)
            let form = Form(fields: data.fields(), submitTitle: "Start the case", cancelTitle: "Leave")
            _ = open(
                FormScreen(
                    subject: .newCase(reference), title: "New case: \(found.title)", documentation: found.documentation, data: data,
                    form: form), &state)
        case .failure(let error): state.complain(error)
        }
        return []
    }

    private static func take(
        _ result: Result<CommandResult, EngineError>, of calls: [CommandCall], _ request: Int, _ state: inout ConsoleState
    ) -> [Effect] {
        let line = calls.first.map { state.registry.commandLine(for: $0) } ?? ""
        if state.batch == request { state.batch = nil }
        let draftEffects = HeldCommands.take(result, request, &state)
        var form: FormScreen?
        if case .form(let screen) = state.screens.last, screen.pending == request { form = screen }
        switch result {
        case .success(let answer):
            var effects: [Effect] = []
            if let form {
                state.screens.removeLast()
                if state.drafts.forget(state.draftKey(form.subject)) { effects = [.saveDrafts(state.drafts)] }
            }
            let title = calls.first.flatMap { state.registry.command($0.id) }?.words.joined(separator: " ") ?? ""
            let isBad = answer.isRefusal || answer.isFailure
            let word = answer.isRefusal ? "Refused" : answer.isFailure ? "Done, and the answer is no: \(title)" : "Done: \(title)"
            state.say(answer.message ?? word, isBad ? .stateWarn : .stateOK, commandLine: line)
            state.pane.marked = []
            if !answer.tabs.isEmpty {
                state.screens.append(.detail(DetailScreen(title: line, tabs: answer.tabs, at: state.clock.now)))
            } else if !answer.sections.isEmpty {
                state.screens.append(.output(OutputScreen(title: title, result: answer)))
            }
            state.epoch += 1
            return draftEffects + effects + refresh(&state)
        case .failure(let error):
            state.complain(error, commandLine: line)
            if var screen = form {
                screen.pending = nil
                state.screens[state.screens.count - 1] = .form(screen)
            } else if !error.findings.isEmpty {
                let text =
                    ([error.message] + error.findings.map { $0.text(file: calls.first?["file"] ?? calls.first?["specification"] ?? "") })
                    .joined(separator: "\n")
                let answer = CommandResult(sections: [Section(nil, .text(text))], json: .null, isRefusal: true)
                state.screens.append(.output(OutputScreen(title: "Refused", result: answer)))
            }
        }
        // As above.
        state.epoch += 1
        return refresh(&state)
    }
}
