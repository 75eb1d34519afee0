/// What a decision may know besides the entity itself.
public struct DecisionContext: Sendable {
    /// The entity the command is for.
    public let id: Int64
    public let tenant: TenantID
    /// Who asks.
    public let actor: String
    /// Milliseconds since 1970 by the store's clock.
    public let now: Int64
    /// What was asked of others, by question; an answer may be that there is none.
    public private(set) var answers: [EntityTarget: Answer]

    public enum Answer: Sendable {
        case none
        case found(id: Int64, any Entity)
    }

    public init(id: Int64, tenant: TenantID, actor: String, now: Int64, answers: [EntityTarget: Answer] = [:]) {
        self.id = id
        self.tenant = tenant
        self.actor = actor
        self.now = now
        self.answers = answers
    }

    /// Another entity as it is now.
    /// - Throws: the question, when nobody has asked it yet; the decision is taken again with the answer.
    public func find<E: Entity>(_ type: E.Type, _ address: EntityTarget.Address) throws(Refusal) -> (id: Int64, entity: E)? {
        let question = EntityTarget(kind: E.kind.name, address: address)
        guard let answer = answers[question] else { throw Refusal(question: question) }
        guard case .found(let id, let entity) = answer, let entity = entity as? E else { return nil }
        return (id, entity)
    }
}

/// Why a command is not carried out.
public struct Refusal: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Kind: String, Sendable, Codable {
        /// The input is not acceptable as it is.
        case invalid
        case notFound
        /// The world is not in the state the command needs.
        case conflict
        /// A rule or policy says no.
        case refused
    }

    public let kind: Kind
    /// Stable, such as `listing-closed`.
    public let code: String
    /// One sentence a person can act on.
    public let message: String
    /// What has to be known first; the command is tried again with the answer.
    public let question: EntityTarget?

    public init(_ kind: Kind, _ code: String, _ message: String) {
        self.kind = kind
        self.code = code
        self.message = message
        question = nil
    }

    public init(question: EntityTarget) {
        kind = .conflict
        code = "question-unanswered"
        message = "what \(question.kind) there is was not asked"
        self.question = question
    }

    public var description: String { message }
}
