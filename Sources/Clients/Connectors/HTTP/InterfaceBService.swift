import Engine
import Outbound
import Workflow
import XMLTree

/// A custom service that speaks the reference engine's interface B : an item is announced by a form posted to
/// the service's address, `action=announceItemEnabled` and `workItem`. The item has been started for the service before, so it needs
/// no check-out. A reply that is a document rooted like the task's output completes the item; after any other friendly reply the
/// item stays executing until somebody completes it.
///
/// The header `Idempotency-Key` is the same at every attempt for one piece of work.
public struct InterfaceBService: ServiceCall {
    public let kind = "http"
    public var patience: Int64 { caller.policy.timeouts.call }
    let url: String
    let login: HTTPLogin?
    let caller: OutboundCaller
    private let client = HTTPClient()

    public init(url: String, timeout: Int64 = 30_000) {
        // One attempt: the outbox tries again, and remembers that it does.
        self.init(
            url: url,
            policy: OutboundPolicy(
                timeouts: .init(call: timeout, attempt: timeout, connect: min(timeout, 10_000)), retry: .init(attempts: 1)), login: nil)
    }

    init(url: String, policy: OutboundPolicy, login: HTTPLogin?) {
        self.url = url
        self.login = login
        caller = OutboundCaller(system: ReadableURL.text(url), policy: policy)
    }

    public func call(_ work: ServiceWork) async throws(ServiceError) -> ServiceAnswer {
        let reply: HTTPReply
        var headers: HTTPHeaders = ["Idempotency-Key": work.key.description]
        do {
            if let login { headers["Authorization"] = try login.authorization() }
        } catch {
            throw ServiceError(error.message)
        }
        do throws(OutboundError) {
            reply = try await caller.send(
                .form(
                    [("action", "announceItemEnabled"), ("workItem", WorkItemXML.text(work))], to: url,
                    headers: headers), through: client)
        } catch {
            // 408 and 429 ask to come again; the other client errors would be given again.
            let status = error.reply?.status ?? 0
            throw ServiceError(error.message, isFinal: (400 ..< 500).contains(status) && ![408, 429].contains(status))
        }
        guard let document = try? XMLDocument.parse(reply.body), let root = document.root else { return .accepted }
        let answer = root.localName == "response" ? root.elements.first ?? root : root
        if answer.localName == "failure" { throw ServiceError("\(ReadableURL.text(url)) refuses the item: \(answer.stringValue)") }
        return answer.localName == work.outputRoot ? .completed(answer.detached()) : .accepted
    }
}
