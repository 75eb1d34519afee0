import Platform

/// A kind that only the tests know: something with a value that one person redeems once, before it expires.
struct Voucher: Entity {
    enum State: String, Codable { case open, redeemed, expired }

    let code: String
    /// In cents.
    let value: Int64
    /// Milliseconds since 1970.
    let expiresAt: Int64
    var state = State.open
    var redeemedBy: String?

    enum Command: Codable, Sendable {
        case issue(code: String, value: Int64, expiresAt: Int64)
        case redeem
        /// Takes the code over from another voucher, which is then no more.
        case replace(code: String)
        case withdraw
        case expire
    }

    enum Event: Codable, Sendable {
        case issued(Voucher)
        case redeemed(by: String)
        case withdrawn
        case expired
    }

    static let kind = Kind<Voucher>(
        "voucher", plural: "vouchers",
        fields: [
            Field("code", isIndexed: true) { .text($0.code) }, Field("value", isIndexed: true) { .integer($0.value) },
            Field("state") { .text($0.state.rawValue) },
        ],
        uniqueKeys: [UniqueKey("code") { $0.state == .open ? $0.code : nil }],
        commands: [
            CommandDeclaration(
                "issue", "Make a voucher that can be redeemed once", isCreation: true,
                inputs: [CommandInput("code", .text, "what the holder says"), CommandInput("value", .integer, "in cents")]
            ) { arguments throws(Refusal) in
                .issue(code: try arguments.text("code"), value: try arguments.integer("value"), expiresAt: .max)
            },
            CommandDeclaration("redeem", "Use it up") { _ throws(Refusal) in .redeem },
            CommandDeclaration("withdraw", "Take it back", danger: .confirm) { _ throws(Refusal) in .withdraw },
        ],
        searchText: { $0.code }, timer: EntityTimer({ $0.state == .open ? $0.expiresAt : nil }, command: .expire))

    static func decide(_ command: Command, on state: Voucher?, in context: DecisionContext) throws(Refusal) -> Decision<Voucher> {
        switch (command, state) {
        case (.issue(let code, let value, let expiresAt), nil):
            guard value > 0 else { throw Refusal(.invalid, "bad-value", "a voucher is worth more than nothing") }
            return Decision([.issued(Voucher(code: code, value: value, expiresAt: expiresAt))])
        case (.redeem, let voucher?) where voucher.state == .open:
            return Decision(
                [.redeemed(by: context.actor)], effects: [OutboxMessage("vouchers", body: "\(voucher.code) \(voucher.value)")])
        case (.replace(let code), nil):
            guard let (id, other) = try context.find(Voucher.self, .key("code", value: code)) else {
                throw Refusal(.notFound, "no-voucher", "there is no open voucher \(code)")
            }
            return Decision(
                [.issued(Voucher(code: code, value: other.value, expiresAt: other.expiresAt))],
                also: [EntityCommand(Voucher.self, .id(id), .withdraw)])
        case (.withdraw, let voucher?) where voucher.state == .open: return Decision([.withdrawn])
        case (.expire, let voucher?) where voucher.state == .open && voucher.expiresAt <= context.now: return Decision([.expired])
        default: throw Refusal(.conflict, "voucher-closed", "this voucher is not open")
        }
    }

    static func apply(_ event: Event, to state: Voucher?) -> Voucher? {
        var voucher = state
        switch event {
        case .issued(let new): return new
        case .redeemed(let name):
            voucher?.state = .redeemed
            voucher?.redeemedBy = name
        case .withdrawn: return nil
        case .expired: voucher?.state = .expired
        }
        return voucher
    }
}

extension Voucher {
    init(code: String, value: Int64, expiresAt: Int64) {
        self.code = code
        self.value = value
        self.expiresAt = expiresAt
    }
}
