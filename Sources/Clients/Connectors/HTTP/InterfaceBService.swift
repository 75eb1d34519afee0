import Engine
import HTTPClient
import Workflow
import XMLTree

/// A custom service that speaks the reference engine's interface B (yawl.md 6.1, 6.2, 6.7): an item is announced by a form posted to
/// the service's address, `action=announceItemEnabled` and `workItem`. The item has been started for the service before, so it needs
/// no check-out. A reply that is a document rooted like the task's output completes the item; after any other friendly reply the
/// item stays executing until somebody completes it.
///
/// The header `Idempotency-Key` is the same at every attempt for one piece of work.
public struct InterfaceBService: ServiceCall {
    public let kind = "http"
    public var patience: Int64 { client.timeout }
    let url: String
    let client: HTTPClient

    public init(url: String, timeout: Int64 = 30_000) {
        self.url = url
        client = HTTPClient(timeout: timeout)
    }

    public func call(_ work: ServiceWork) async throws(ServiceError) -> ServiceAnswer {
        let reply: HTTPReply
        do {
            reply = try await client.post(
                form: [("action", "announceItemEnabled"), ("workItem", WorkItemXML.text(work))], to: url,
                headers: [("Idempotency-Key", work.key.description)])
        } catch {
            throw ServiceError(error.message)
        }
        guard (200 ..< 300).contains(reply.status) else {
            // 408 and 429 ask to come again; the other client errors would be given again.
            throw ServiceError(
                "\(url) answers with status \(reply.status)",
                isFinal: (400 ..< 500).contains(reply.status) && ![408, 429].contains(reply.status))
        }
        guard let document = try? XMLDocument.parse(reply.body), let root = document.root else { return .accepted }
        let answer = root.localName == "response" ? root.elements.first ?? root : root
        if answer.localName == "failure" { throw ServiceError("\(url) refuses the item: \(answer.stringValue)") }
        return answer.localName == work.outputRoot ? .completed(answer.detached()) : .accepted
    }
}
