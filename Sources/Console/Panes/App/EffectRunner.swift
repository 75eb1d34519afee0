import Catalog
import Engine
import Foundation
import Terminal
import Workflow

/// Does what the reducer asks for, away from the terminal's thread, and answers through the inbox.
struct EffectRunner: Sendable {
    let store: CurrentStore
    let registry: CommandRegistry
    let inbox: TerminalInbox<ConsoleMessage>
    /// Opens a store by its address; nil where there is only the one.
    var opener: (@Sendable (String) async throws(EngineError) -> House)?
    /// Where views are kept; nil keeps them as long as the console runs.
    var viewsFile: String?
    /// Where drafts of forms are kept; nil keeps them as long as the console runs.
    var draftsFile: String?
    /// Where the person's settings are.
    var settingsFolder: String?
    private let batch = BatchSwitch()
    private let undertakings = Undertakings()
    private let spareMemory = SpareMemory()
    /// The store an effect was asked for on, whatever is opened meanwhile.
    private var pinned: CurrentStore.Opened?

    init(
        house: House, isReadOnly: Bool = false, registry: CommandRegistry,
        inbox: TerminalInbox<ConsoleMessage>
    ) {
        store = CurrentStore(.init(house: house, isReadOnly: isReadOnly))
        self.registry = registry
        self.inbox = inbox
    }

    mutating func take(_ options: ConsoleOptions) {
        opener = options.openStore
        settingsFolder = options.settingsFolder
        viewsFile = options.viewsFile
        draftsFile = options.draftsFile
    }

    private var opened: CurrentStore.Opened { pinned ?? store.opened }
    private var session: Session { opened.house.session }
    private var context: CommandContext {
        CommandContext(house: opened.house, isReadOnly: opened.isReadOnly, settingsFolder: settingsFolder)
    }

    func run(_ effect: Effect) {
        switch effect {
        case .copy, .hold, .edit, .redraw, .mouse, .suspend, .quit: break
        case .stopBatch: batch.stop()
        // At once and in order: the line may drop the next moment.
        case .saveDrafts(let drafts): save(drafts)
        default:
            var runner = self
            runner.pinned = store.opened
            let changes = if case .run = effect { true } else { false }
            undertakings.begin(awaited: changes) { [runner] in await runner.inbox.send(runner.answer(to: effect)) }
        }
    }

    /// Sends what was held when the console was left, and waits for that and for commands that are on their way; not for ever.
    /// - Parameter say: told in one sentence what did not work.
    func finish(_ state: ConsoleState, say: @escaping @Sendable (String) -> Void) async {
        if let held = state.held {
            let name = held.item.map { "\($0)" } ?? "what was held"
            undertakings.begin(awaited: true) {
                if case .finished(_, _, .failure(let error)) = await answer(to: .run(request: 0, [held.call])) {
                    return say("\(name) was not completed: \(error.message); what you typed is kept")
                }
                var drafts = state.drafts
                if drafts.forget(state.draftKey(held.form.subject)) { save(drafts) }
            }
        }
        if await !undertakings.finish(within: .seconds(10)) {
            say("the store has not answered to the last command; whether it was done is in the trace of its case")
        }
    }

    /// What goes on beside the console on a store: whoever has it open keeps time and calls services; whoever only looks only
    /// probes outside systems.
    func keepCompany() {
        let opened = store.opened
        var company = [watch(opened.house.session)]
        let keeper = opened.house.keeper
        company.append(Task { if opened.isReadOnly { await keeper.watchConnectors() } else { await BackgroundWork(keeper: keeper).run() } })
        store.change(to: opened, company: company)
    }

    private func openStore(_ address: String, _ isReadOnly: Bool) async throws(EngineError) -> ConsoleState.Source {
        guard let opener else { throw EngineError(.refused, "one-store", "this console works on one store only") }
        let house = try await opener(address), session = house.session
        // It has to answer before the old one is left.
        _ = try await session.cases(openOnly: true, limit: 1)
        store.change(to: .init(house: house, isReadOnly: isReadOnly), company: [])
        keepCompany()
        return .init(name: session.storeName, kind: session.storeKind, user: session.principal.name)
    }

    /// Says so whenever the store changes, not more often than ten times a second; sleeps otherwise.
    private func watch(_ session: Session) -> Task<Void, Never> {
        Task.detached {
            for await _ in session.changes() {
                inbox.send(.changed)
                do { try await Task.sleep(for: .milliseconds(100)) } catch { break }
            }
        }
    }

    /// Carries out one effect and says what came of it.
    func answer(to effect: Effect) async -> ConsoleMessage {
        switch effect {
        case .fetch(let request, let name, let first):
            defer { spareMemory.giveBackSoon() }
            return .rows(request: request, pane: name, await result { () async throws(EngineError) in try await rows(name, first) })
        case .fetchDetail(let request, let name, let row, let moment):
            return .detail(
                request: request,
                await result { () async throws(EngineError) in
                    guard let pane = registry.pane(name), let detail = pane.detail else { return [] }
                    if let moment, let past = pane.past { return try await past(session, row, moment) }
                    return try await detail(session, row)
                })
        case .openItem(let request, let id, let start): return await open(id, start, request)
        case .openCaseForm(let request, let reference):
            return .caseForm(request: request, reference, await result { () async throws(EngineError) in try await caseForm(reference) })
        case .run(let request, let calls):
            return .finished(request: request, calls, await result { () async throws(EngineError) in try await run(calls, request) })
        case .openStore(let request, let address, let context, let isReadOnly):
            return .storeOpened(
                request: request, context: context, isReadOnly: isReadOnly,
                await result { () async throws(EngineError) in try await openStore(address, isReadOnly) })
        case .write(let path, let text): return write(text, to: path)
        case .saveViews(let views): return save(views)
        case .copy, .hold, .edit, .redraw, .mouse, .suspend, .quit, .stopBatch, .saveDrafts: return .note("", isError: false)
        }
    }

    /// More rows than any screen shows, few enough to be there at once.
    private static let firstRows = 300

    private func rows(_ name: String, _ first: Bool) async throws(EngineError) -> Fetched {
        guard let pane = registry.pane(name) else { throw EngineError(.notFound, "unknown-pane", "there is no pane \(name)") }
        let table = try await pane.table(from: session, query: PaneQuery(limit: first ? Self.firstRows : pane.list.limit))
        let widths = table.naturalWidths(clock: .system)
        return Fetched(table: table, widths: widths, isPartial: first && table.rows.count >= Self.firstRows)
    }

    private func open(_ id: WorkItemID, _ start: Bool, _ request: Int) async -> ConsoleMessage {
        var id = id
        var started: CommandCall?
        let found = await result { () async throws(EngineError) in
            let context = context
            id = try await ItemReference.resolve(id.description, in: context)
            if start {
                let reply = try await context.perform(.startItem(id))
                guard case .itemStarted(let child) = reply else { throw Unexpected.reply("item start") }
                started = CommandCall("item.start", with: ["item": id.description])
                id = child
            }
            return try await session.itemDetail(id)
        }
        return .itemForm(request: request, found, started: started)
    }

    private func caseForm(_ reference: SpecificationReference) async throws(EngineError) -> CaseForm {
        let found = try await session.specification(reference)
        if let obstacle = found.row.obstacles.first {
            throw EngineError(.refused, "not-runnable", "no case of \(found.row.id.reference) can be started here yet: \(obstacle)")
        }
        let net = found.model.rootNet
        do {
            return CaseForm(
                title: found.row.title, documentation: found.row.documentation ?? "", parameters: net?.common.inputs ?? [],
                root: found.model.schemaVersion.hasSimpleRootData ? "data" : net?.id ?? found.row.rootNet,
                types: try TypeLibrary(schema: found.model.schema?.root))
        } catch {
            throw EngineError(.invalid, error.code.rawValue, "the data types of \(found.row.id.reference) cannot be used: \(error)")
        }
    }

    private func run(_ calls: [CommandCall], _ request: Int) async throws(EngineError) -> CommandResult {
        guard calls.count > 1 else {
            guard let only = calls.first else { return CommandResult(json: .null) }
            return try await registry.run(only, in: context)
        }
        batch.start()
        var done = 0, refusals: [EngineError] = []
        var told = ContinuousClock.now
        for call in calls where !batch.isStopped {
            do {
                _ = try await registry.run(call, in: context)
                done += 1
            } catch {
                // Without a store the others would fail as well.
                guard error.kind != .unavailable, error.code != "read-only" else { throw error }
                refusals.append(error)
            }
            if ContinuousClock.now - told > .milliseconds(200) {
                told = .now
                inbox.send(.progress(request: request, done: done + refusals.count, of: calls.count))
            }
        }
        var sentence = "\(done) of \(calls.count) done"
        if batch.isStopped { sentence += ", then stopped" }
        if let first = refusals.first { sentence += "; \(refusals.count) refused, the first: \(first.message)" }
        return CommandResult(message: sentence, json: .null, isRefusal: !refusals.isEmpty)
    }

    private func save(_ views: SavedViews) -> ConsoleMessage {
        guard let viewsFile else { return .note("Kept until the console is left", isError: false) }
        do {
            try KeptFile.write(views, to: viewsFile)
            return .note("Kept in \(viewsFile)", isError: false)
        } catch {
            return .note("\(viewsFile) cannot be written: \(error.localizedDescription)", isError: true)
        }
    }

    /// Says nothing when it works: nobody asked for it.
    private func save(_ drafts: FormDrafts) {
        guard let draftsFile else { return }
        do {
            try KeptFile.write(drafts, to: draftsFile)
        } catch {
            inbox.send(.note("What you type is not kept: \(draftsFile) cannot be written: \(error.localizedDescription)", isError: true))
        }
    }

    private func write(_ text: String, to path: String) -> ConsoleMessage {
        guard !FileManager.default.fileExists(atPath: path) else {
            return .note("\(path) exists already and was left as it is; give another name", isError: true)
        }
        do {
            try text.write(toFile: path, atomically: true, encoding: .utf8)
            return .note("Written to \(path)", isError: false)
        } catch {
            return .note("\(path) cannot be written: \(error.localizedDescription)", isError: true)
        }
    }

    private func result<Value>(_ body: () async throws(EngineError) -> Value) async -> Result<Value, EngineError> {
        do { return .success(try await body()) } catch { return .failure(error) }
    }
}
