import Platform
import Synchronization

/// The built-in way of mails: kept in the store, each once, where people can read them. Needs the kind `Mail`, and `open` once the
/// engine is there.
public final class Mailbox: EffectHandler, Connector {
    private struct Door {
        weak var engine: WorkflowEngine?
    }

    public let kind = "mailbox"
    public let name = "mail"
    public let system = "mailbox"
    public let endpoint = "the store"
    public let standing = ConnectorStanding.embedded
    /// Of a delivery, not of a probe: nothing is probed here.
    public let patience: Int64 = 30_000
    private let door = Mutex(Door())
    private let count = Mutex<Int64>(0)

    public init() {}

    public func open(_ engine: WorkflowEngine) { door.withLock { $0.engine = engine } }

    public func deliver(_ effect: OutboundEffect) async throws(ServiceError) {
        let order = try MailOrder.parse(effect.body)
        guard let engine = door.withLock({ $0.engine }) else { throw ServiceError("the mailbox is not open") }
        let key = effect.key.description
        do {
            let session = engine.keeper.session(in: effect.tenant, as: "mail")
            try await session.perform(
                .keep(key: key, order), on: Mail.self, .key("key", value: key), verb: "keep",
                request: RequestID("mail:\(effect.kind)/\(effect.entity)/\(key.suffix(60))"))
            count.withLock { $0 += 1 }
        } catch {
            throw ServiceError(error.message, isFinal: error.kind == .invalid)
        }
    }

    public func probe() async throws(ConnectorFailure) -> ProbeAnswer { ProbeAnswer() }

    public func figures() -> [ConnectorFigure] { [ConnectorFigure("kept", count.withLock { $0 })] }
}
