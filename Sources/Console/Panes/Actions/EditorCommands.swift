import Catalog
import Engine
import Terminal
import TextCells
import XMLTree

/// A form's data as XML in the person's own editor. What comes back goes into the form and is not sent; what is wrong with it opens the
/// editor again with the reason in its first line.
enum EditorCommands {
    static let all: [ScreenAction] = [
        NavigationCommands.screen("form.edit", [], "Edit the form's data as XML in your editor ($VISUAL or $EDITOR)") { state, _ in
            guard case .form(var screen) = state.screens.last, screen.pending == nil else { return [] }
            do throws(FormValue.Problem) {
                try screen.data.take(screen.form)
            } catch {
                screen.form.show(errors: [error.field: error.message])
                state.screens[state.screens.count - 1] = .form(screen)
                state.say("Not edited: \(error.message)", .error)
                return []
            }
            guard !screen.data.entries.allSatisfy(\.isReadOnly) else {
                state.say("There is nothing here to edit", .stateWarn)
                return []
            }
            return open(
                screen.data.document.serialized(.pretty) + "\n",
                "change the data of \(screen.title), save and leave; an empty file leaves it as it was", &screen, &state)
        }
    ]

    static func take(_ edited: EditedText, _ state: inout ConsoleState) -> [Effect] {
        guard case .form(var screen) = state.screens.last, let given = screen.inEditor else { return [] }
        screen.inEditor = nil
        state.screens[state.screens.count - 1] = .form(screen)
        switch edited {
        case .failed(let reason):
            state.say(reason, .error)
            return []
        case .text(let text):
            guard text != given, text.contains(where: { !$0.isWhitespace }) else {
                state.say("Nothing was changed")
                return []
            }
            var data = screen.data
            if let problem = problem(of: text, &data) { return open(withoutFirstLine(text), problem, &screen, &state) }
            screen.data = data
            screen.form = Form(fields: screen.data.fields(), submitTitle: screen.form.submitTitle, cancelTitle: screen.form.cancelTitle)
            screen.isTouched = true
            state.screens[state.screens.count - 1] = .form(screen)
            state.say("Taken from the editor; not sent yet", .stateOK)
            return FormCommands.keep(screen, &state)
        }
    }

    private static func problem(of text: String, _ data: inout DataForm) -> String? {
        let document: XMLDocument
        do {
            document = try XMLDocument.parse(text)
        } catch {
            return "not taken: \(error)"
        }
        if let stranger = data.take(document) { return "not taken: \(stranger)" }
        let violations = data.violations().sorted { $0.key < $1.key }
        return violations.first.map { "not taken: \($0.value) (\($0.key))" }
    }

    /// What is said stands in a comment in the first line, so that the lines below keep their numbers.
    private static func open(_ xml: String, _ said: String, _ screen: inout FormScreen, _ state: inout ConsoleState) -> [Effect] {
        let text = "<!-- \(Sanitizer.line(said).replacing("--", with: "- -")) -->\n" + xml
        screen.inEditor = text
        state.screens[state.screens.count - 1] = .form(screen)
        return [.edit(text)]
    }

    private static func withoutFirstLine(_ text: String) -> String {
        guard text.hasPrefix("<!--"), let end = text.firstIndex(of: "\n") else { return text }
        return String(text[text.index(after: end)...])
    }
}
