import Catalog
import Engine
import Terminal
import Workflow

/// Filling in a form: moving, checking, sending, leaving.
enum FormCommands {
    static let all: [ScreenAction] = [
        NavigationCommands.screen("form.next", [], "Next field") { state, _ in move(&state) { $0.focusNext() } },
        NavigationCommands.screen("form.previous", [], "Previous field") { state, _ in move(&state) { $0.focusPrevious() } },
        NavigationCommands.screen("form.activate", [], "Press the button, or go on to the next field") { state, _ in
            guard case .form(let screen) = state.screens.last else { return [] }
            switch screen.form.focus {
            case .submit: return submit(&state)
            case .cancel: return leave(&state)
            case .field: return move(&state) { $0.focusNext() }
            }
        },
        NavigationCommands.screen("form.submit", [], "Check and send the form") { state, _ in submit(&state) },
        NavigationCommands.screen("form.cancel", [], "Leave the form; what was typed is kept") { state, _ in leave(&state) },
        NavigationCommands.screen("form.drop", [], "Leave the form and forget what was typed") { state, _ in
            guard case .form(let screen) = state.screens.last, screen.pending == nil else { return [] }
            state.screens.removeLast()
            state.drafts.forget(state.draftKey(screen.subject))
            state.say("What was typed is forgotten", .stateWarn)
            return [.saveDrafts(state.drafts)]
        },
    ]

    /// Leaving a field checks it.
    private static func move(_ state: inout ConsoleState, _ change: (inout Form) -> Void) -> [Effect] {
        guard case .form(var screen) = state.screens.last else { return [] }
        checkFocused(&screen)
        change(&screen.form)
        state.screens[state.screens.count - 1] = .form(screen)
        return keep(screen, &state)
    }

    /// What was typed so far outlives the form, the console and the line.
    static func keep(_ screen: FormScreen, _ state: inout ConsoleState) -> [Effect] {
        guard screen.isTouched else { return [] }
        let before = state.drafts
        state.drafts.keep(screen.form, as: state.draftKey(screen.subject))
        return state.drafts == before ? [] : [.saveDrafts(state.drafts)]
    }

    /// Judges the field being typed into.
    static func checkFocused(_ screen: inout FormScreen) {
        if case .field(let index) = screen.form.focus, let field = screen.form.fields[safe: index] { check(field.id, &screen) }
    }

    /// Judges the value that a field is a part of and shows the schema's reason under that field.
    private static func check(_ id: String, _ screen: inout FormScreen) {
        rebuildIfNeeded(&screen)
        guard let place = screen.form.fields.firstIndex(where: { $0.id == id }) else { return }
        do throws(FormValue.Problem) {
            try screen.data.take(screen.form)
            let errors = located(screen.data.violations(only: DataForm.parameter(ofField: id)), screen.form)
            screen.form.fields[place].error = errors[id]
        } catch {
            screen.form.fields[place].error = error.field == id ? error.message : screen.form.fields[place].error
        }
    }

    /// A changed count or choice changes which fields there are.
    static func rebuildIfNeeded(_ screen: inout FormScreen) {
        let shape = screen.form.fields.filter { $0.id.hasSuffix("#count") || $0.id.contains("?") }
        guard !shape.isEmpty, shape.contains(where: { needsRebuild($0, screen.form) }) else { return }
        guard case .field(let index) = screen.form.focus, let focused = screen.form.fields[safe: index]?.id,
            (try? screen.data.take(screen.form)) != nil
        else { return }
        var form = Form(fields: screen.data.fields(), submitTitle: screen.form.submitTitle, cancelTitle: screen.form.cancelTitle)
        form.focus(on: focused)
        screen.form = form
    }

    private static func needsRebuild(_ field: FormField, _ form: Form) -> Bool {
        if let question = field.id.lastIndex(of: "?") {
            // The fields of the chosen alternative follow.
            let place = String(field.id[..<question]) + "/" + field.value
            return !form.fields.contains { $0.id.hasPrefix(place + "[") || $0.id.hasPrefix(place + "#") }
        }
        let base = String(field.id.dropLast("#count".count))
        let wanted = field.value == "true" ? 1 : field.value == "false" ? 0 : Int(field.value)
        guard let wanted, wanted >= 0, wanted <= FormLayout.mostInstances else { return false }
        func exists(_ number: Int) -> Bool { form.fields.contains { $0.id.hasPrefix("\(base)[\(number)]") } }
        return wanted > 0 && !exists(wanted) || exists(wanted + 1)
    }

    private static func submit(_ state: inout ConsoleState) -> [Effect] {
        guard case .form(var screen) = state.screens.last, screen.pending == nil else { return [] }
        var isHeld = false
        defer { if !isHeld { state.screens[state.screens.count - 1] = .form(screen) } }
        do throws(FormValue.Problem) {
            try screen.data.take(screen.form)
        } catch {
            screen.form.show(errors: [error.field: error.message])
            state.say("Not sent: \(error.message)", .error)
            return []
        }
        let violations = screen.data.violations()
        screen.form.show(errors: located(violations, screen.form))
        guard violations.isEmpty else {
            let first = violations.sorted { $0.key < $1.key }.first?.value ?? ""
            state.say(violations.count == 1 ? "Not sent: \(first)" : "Not sent: \(violations.count) values are not acceptable", .error)
            return []
        }
        let call = self.call(screen)
        if case .item = screen.subject, state.undoSeconds > 0 {
            isHeld = true
            state.screens.removeLast()
            let kept = keep(screen, &state)
            return kept + HeldCommands.hold(HeldCompletion(call: call, form: screen), &state)
        }
        let effects = ConsoleReducer.run([call], &state)
        if case .run(let request, _) = effects.first { screen.pending = request }
        return effects
    }

    /// The command that sends the form: field by field where that can be written, else as one document.
    private static func call(_ screen: FormScreen) -> CommandCall {
        var call: CommandCall
        let option: String
        switch screen.subject {
        case .item(let id): (call, option) = (CommandCall("item.complete", with: ["item": id.description]), "set")
        case .newCase(let reference): (call, option) = (CommandCall("case.start", with: ["specification": reference.description]), "param")
        }
        if !screen.data.isEmpty { call.document = screen.data.document }
        if let pairs = screen.data.pairs, screen.data.isWhole {
            call.arguments[option] = pairs
        } else if !screen.data.isEmpty {
            call.arguments["data"] = [screen.data.document.serialized()]
        }
        return call
    }

    private static func leave(_ state: inout ConsoleState) -> [Effect] {
        guard case .form(let screen) = state.screens.last else { return [] }
        let kept = keep(screen, &state)
        state.screens.removeLast()
        switch screen.subject {
        case .item(let id):
            state.say(
                """
                \(id) stays started and yours\(screen.isTouched ? " and what you typed is kept" : ""): \
                Enter goes on with it, \(undoKey(state)) gives it back
                """
            )
        case .newCase: state.say(screen.isTouched ? "No case was started; what you typed is kept for the next time" : "No case was started")
        }
        return kept
    }

    private static func undoKey(_ state: ConsoleState) -> String {
        state.keymap.keys(for: "item.rollback", in: ["items", "table", "global"]).map { "\($0)" } ?? ":item rollback"
    }

    /// Violations by the field they are shown under.
    private static func located(_ violations: [String: String], _ form: Form) -> [String: String] {
        var errors: [String: String] = [:]
        for (path, message) in violations.sorted(by: { $0.key < $1.key }) {
            guard let field = DataForm.field(for: path, in: form), errors[field] == nil else { continue }
            errors[field] = message
        }
        return errors
    }
}
