import Catalog
import Engine
import Terminal
import Workflow

/// A completion that was asked for and not sent yet, so that it can be taken back. What is held is shown all the while; leaving the
/// console sends it, and so does completing something else.
struct HeldCompletion: Sendable {
    let call: CommandCall
    /// As it was when it was sent off.
    let form: FormScreen

    var item: WorkItemID? { if case .item(let id) = form.subject { id } else { nil } }
}

enum HeldCommands {
    static let all: [ScreenAction] = [
        NavigationCommands.screen("held.undo", ["undo"], "Take back the completion that has not been sent yet") { state, _ in
            takeBack(&state)
        }
    ]

    /// Holds a completion; one that was held before is sent.
    static func hold(_ held: HeldCompletion, _ state: inout ConsoleState) -> [Effect] {
        let effects = send(&state)
        state.held = held
        let key = state.keymap.keys(for: "held.undo", in: ["held"]).map { "\($0)" } ?? ":held.undo"
        state.say(
            "\(held.item.map { "\($0)" } ?? "It") is completed in \(state.undoSeconds) s; \(key) takes it back", .stateWarn,
            commandLine: state.registry.commandLine(for: held.call))
        return effects + [.hold(seconds: state.undoSeconds)]
    }

    /// Sends what is held. It is on its way then and cannot be taken back.
    static func send(_ state: inout ConsoleState) -> [Effect] {
        guard let held = state.held else { return [] }
        state.held = nil
        let effects = ConsoleReducer.run([held.call], &state)
        if case .run(let request, _) = effects.first { state.sent[request] = held.form }
        return effects
    }

    static func takeBack(_ state: inout ConsoleState) -> [Effect] {
        guard let held = state.held else {
            state.say("Nothing is held that could be taken back", .stateWarn)
            return []
        }
        state.held = nil
        state.screens.append(.form(held.form))
        state.say("Taken back: nothing was sent", .stateOK)
        return []
    }

    /// What became of a completion that was sent. One that was refused opens its form again, unless another is being filled in.
    static func take(_ result: Result<CommandResult, EngineError>, _ request: Int, _ state: inout ConsoleState) -> [Effect] {
        guard let form = state.sent.removeValue(forKey: request) else { return [] }
        switch result {
        case .success: return state.drafts.forget(state.draftKey(form.subject)) ? [.saveDrafts(state.drafts)] : []
        case .failure:
            if case .form = state.screens.last { return [] }
            state.screens.append(.form(form))
            return []
        }
    }
}
