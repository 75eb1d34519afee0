import Foundation
import Platform
import Synchronization

/// The write path: chains events, commits steps, knows requests that were answered before, makes ids. It knows steps and events, and no
/// case, specification or entity.
final class Ledger: Sendable {
    let store: any Store
    private let committer: Committer
    private let identifiers: IdentifierMaker
    private let steps = Atomic<Int>(0)

    /// Attempts at a step that others are faster with.
    private static let maxAttempts = 8
    /// Replies are kept for so many milliseconds at least.
    static let replyRetention: Int64 = 86_400_000
    /// Old replies are dropped with the first step of a process and with every so-manieth after it, at most `portion` at a time: more than
    /// come in meanwhile.
    private static let sweep = 256, portion = 1024

    init(store: any Store) {
        self.store = store
        committer = Committer(store: store)
        identifiers = IdentifierMaker(store: store)
    }

    /// What is tried to be committed.
    struct Proposal<Answer: Codable & Sendable>: Sendable {
        var parts: [Step.Part]
        var answer: Answer
        var at: Int64
        /// Told what became of it.
        var isSettled: @Sendable (_ isCommitted: Bool) -> Void = { _ in }
    }

    enum Attempt<Answer: Codable & Sendable>: Sendable {
        case propose(Proposal<Answer>)
        /// It was worked out from what was remembered, which may be old: once more from a fresh read.
        case stale
        /// It was carried out before.
        case answered(Answer)
    }

    /// Carries out a request: works out a step and commits it; one that lost a race is worked out again from a fresh read. A request that
    /// was answered before changes nothing and is answered as then, also when the world has become one in which it would be refused.
    /// - Parameters:
    ///   - busy: what is said when others are faster again and again.
    ///   - attempt: works out the step; `isFirst` lets it start from what is remembered.
    func carryOut<Answer: Codable & Sendable>(
        _ request: Request, busy: @autoclosure () -> EngineError,
        _ attempt: (_ isFirst: Bool) async throws(EngineError) -> Attempt<Answer>
    ) async throws(EngineError) -> Answer {
        for number in 0 ..< Self.maxAttempts {
            let proposal: Proposal<Answer>
            do throws(EngineError) {
                switch try await attempt(number == 0) {
                case .propose(let found): proposal = found
                case .stale: continue
                case .answered(let answer): return answer
                }
            } catch {
                // A repeated request usually finds the world changed by the first: what counts is what the first was told.
                if let earlier = try await earlierAnswer(Answer.self, to: request) { return earlier }
                throw error
            }
            let step = Step(
                tenant: request.tenant, key: request.key, fingerprint: request.fingerprint, reply: try Codec.encode(proposal.answer),
                at: proposal.at, trace: request.trace, parts: proposal.parts)
            let outcome: StepOutcome
            do throws(EngineError) {
                outcome = try await commit(step)
            } catch {
                proposal.isSettled(false)
                throw error
            }
            proposal.isSettled(outcome == .committed)
            switch outcome {
            case .committed: return proposal.answer
            case .repeated(let earlier): return try read(earlier, to: request)
            case .taken(let key):
                throw EngineError(.conflict, "key-taken", "\(key.kind) \(key.holder) has the \(key.key) “\(key.value)” already")
            case .conflict: continue
            }
        }
        throw busy()
    }

    /// What a request was answered when it was carried out before; nil when it was not.
    /// - Throws: `request-reused` when something else was asked then.
    func earlierAnswer<Answer: Codable & Sendable>(
        _ type: Answer.Type = Answer.self, to request: Request
    ) async throws(EngineError) -> Answer? {
        guard let earlier = try await query({ try await $0.reply(tenant: request.tenant, to: request.key) }) else { return nil }
        return try read(earlier, to: request)
    }

    private func read<Answer: Codable>(_ earlier: RecordedReply, to request: Request) throws(EngineError) -> Answer {
        guard earlier.fingerprint.isEmpty || earlier.fingerprint == request.fingerprint else {
            throw EngineError(
                .invalid, "request-reused",
                "the request id \(request.key.text) was used for something else before; nothing was done. Give another one")
        }
        do throws(EngineError) {
            return try Codec.decode(Answer.self, from: earlier.reply)
        } catch {
            throw EngineError(
                .conflict, "request-carried-out",
                "the request \(request.key.text) was carried out by an earlier version of mizzen, which answered in other words; "
                    + "nothing was done now")
        }
    }

    private func commit(_ step: Step) async throws(EngineError) -> StepOutcome {
        let outcome: StepOutcome
        do {
            outcome = try await committer.commit(step)
        } catch {
            throw EngineError(error)
        }
        if steps.add(1, ordering: .relaxed).oldValue % Self.sweep == 0 {
            // What could not be dropped now is dropped later.
            _ = try? await store.dropReplies(before: step.at - Self.replyRetention, limit: Self.portion)
        }
        return outcome
    }

    // MARK: For those who work out steps

    /// The present moment by the store's clock, in milliseconds since 1970.
    func now() async throws(EngineError) -> Int64 { try await query { try await $0.now() } }

    /// An internal id that nobody else has.
    func nextID(now: Int64) async throws(EngineError) -> Int64 {
        do { return try await identifiers.next(now: now) } catch { throw EngineError(error) }
    }

    func query<T: Sendable>(_ body: (any Store) async throws -> T) async throws(EngineError) -> T {
        do {
            return try await body(store)
        } catch let error as StoreError {
            throw EngineError(error)
        } catch let error as EngineError {
            throw error
        } catch {
            throw EngineError(.failure, "store-failed", "\(error)")
        }
    }
}

extension EngineError {
    init(_ error: StoreError) {
        switch error.kind {
        case .unavailable: self.init(.unavailable, "store-unavailable", error.message)
        case .unusable: self.init(.unavailable, "store-unusable", error.message)
        case .failure: self.init(.failure, "store-failed", error.message)
        }
    }
}
