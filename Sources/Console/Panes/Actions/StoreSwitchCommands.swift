import Catalog
import Engine
import Terminal

/// Going over to another store while the console runs: one that the settings give a name to, or any by its address.
enum StoreSwitchCommands {
    static let all: [ScreenAction] = [
        NavigationCommands.screen(
            "context.open", ["context"], "Go over to the store that the settings give this name to; without a name say which there are",
            [CommandParameter("context", placeholder: "NAME", help: "a name under contexts in config.yaml")]
        ) { state, call in
            let names = state.contextsByName.keys.sorted().joined(separator: ", ")
            guard let name = call["context"], let context = state.contextsByName[name] else {
                let which = names.isEmpty ? "config.yaml names no contexts" : "Contexts: \(names)"
                state.say(
                    call["context"].map { "There is no context “\($0)”. \(which)" } ?? which, call.isSet("context") ? .stateWarn : .text)
                return []
            }
            return open(context.store, context: name, isReadOnly: context.isReadOnly, &state)
        },
        NavigationCommands.screen(
            "store.open", ["store", "open"], "Go over to another store: a file, or a PostgreSQL database as psql names it",
            [CommandParameter("store", placeholder: "PATH", help: "the store", required: true, completion: .file)]
        ) { state, call in
            open(call["store"] ?? "", context: nil, isReadOnly: state.isReadOnly, &state)
        },
    ]

    private static func open(_ address: String, context: String?, isReadOnly: Bool, _ state: inout ConsoleState) -> [Effect] {
        if case .form = state.screens.last {
            state.say("Finish the form or leave it first", .stateWarn)
            return []
        }
        guard state.batch == nil else {
            state.say("Wait for what is being done, or press esc to stop it", .stateWarn)
            return []
        }
        // What is held belongs to the store it was made for.
        let effects = HeldCommands.send(&state)
        let request = state.nextRequest()
        state.opening = request
        state.say("Opening \(context ?? "the store") …", .textDim)
        return effects + [.openStore(request: request, address: address, context: context, isReadOnly: isReadOnly || state.isReadOnly)]
    }

    /// The new store has answered, so the panes are about it from now on; the old one stays where it has not.
    static func take(
        _ result: Result<ConsoleState.Source, EngineError>, context: String?, isReadOnly: Bool, _ state: inout ConsoleState
    ) -> [Effect] {
        switch result {
        case .failure(let error):
            state.complain(error)
            return []
        case .success(let source):
            state.source = source
            state.isReadOnly = isReadOnly
            state.context = context.map { ($0, state.contextsByName[$0]?.role ?? .header) } ?? ("", .header)
            for index in state.panes.indices where !state.panes[index].pane.isLocal { state.panes[index].forgetRows() }
            state.screens = []
            state.trail = Trail()
            state.isOnTrail = true
            state.typedAhead = []
            state.epoch += 1
            state.say("This is \(source.name) now\(isReadOnly ? ", to look at only" : "")", .stateOK)
            return ConsoleReducer.refresh(&state)
        }
    }
}
