import Foundation
import Platform
import Workflow

/// The durable runtime, put together: a ledger that commits, and who owns what is in it. Safe to use from any task. Faces get a `Session`,
/// which is somebody's; what the house does by itself goes through its `Keeper`.
///
///     face → Session.perform → owner → rules (pure) → Ledger → Store.commit → acknowledge
public final class WorkflowEngine: Sendable {
    let store: any Store
    let ledger: Ledger
    let specifications: SpecificationShelf
    let cases: CaseRunner
    let entities: EntityRunner
    let options: Options

    public struct Options: Sendable {
        /// Which of several equally right outcomes the engine picks; see `ChoicePolicy`.
        public var choices: ChoicePolicy
        /// The time zone of dates made by queries, in minutes east of UTC.
        public var timeZoneMinutes: Int
        /// Who does the work that is not for people, and where data outside are.
        public var services: ServiceDirectory
        /// What the house keeps besides specifications and cases.
        public var kinds: KindRegistry
        /// Who may do what.
        public var policy: any AccessPolicy = LocalAccess()
        /// Outside systems and their states.
        public var connectors = ConnectorBoard()
        /// What processes on one store share of specifications; nil where each reads them from the store.
        public var specificationCache: (any SpecificationCache)?
        /// Opens a file as a store, for backups; nil where there are none.
        public var openFile: (@Sendable (_ path: String) throws(StoreError) -> any TransferableStore)?

        public init(
            choices: ChoicePolicy = .first, timeZoneMinutes: Int = 0, services: ServiceDirectory = ServiceDirectory(),
            kinds: KindRegistry = .standard
        ) {
            self.choices = choices
            self.timeZoneMinutes = timeZoneMinutes
            self.services = services
            self.kinds = kinds
        }
    }

    public init(store: any Store, options: Options = Options()) {
        self.store = store
        self.options = options
        ledger = Ledger(store: store)
        entities = EntityRunner(ledger: ledger, kinds: options.kinds)
        specifications = SpecificationShelf(ledger: ledger, entities: entities, cache: options.specificationCache)
        cases = CaseRunner(ledger: ledger, specifications: specifications, entities: entities, options: options)
    }

    public func session(for principal: Principal) -> Session {
        Session(principal, in: self, origin: .person(principal.name), policy: options.policy)
    }

    public var keeper: Keeper { Keeper(self) }

    func carryOut(_ command: Command, _ request: Request) async throws(EngineError) -> Reply {
        await cases.resumeExletsOnce(in: request.tenant)
        return switch command {
        case .loadSpecification(let source, let file, let accepting):
            try await specifications.load(source, file: file, accepting: accepting, request)
        case .unloadSpecification(let reference):
            try await specifications.unload(reference, request)
        default:
            try await cases.perform(command, request)
        }
    }
}

extension KindRegistry {
    /// What the product ships with.
    public static let standard = KindRegistry([WorkingCalendar.self, SpecificationRules.self, Mail.self])
}

/// Wall clock in milliseconds since 1970.
@Sendable public func systemMilliseconds() -> Int64 { Int64(Date().timeIntervalSince1970 * 1000) }
