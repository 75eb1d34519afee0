/// Who may do what. Asked for every command, with the permission's name: `case.start`, `calendar.add`.
public protocol AccessPolicy: Sendable {
    func permits(_ permission: String, to principal: Principal) -> Bool
}

/// Whoever can open the store may do everything: the operating system guards it.
public struct LocalAccess: AccessPolicy {
    public init() {}

    public func permits(_ permission: String, to principal: Principal) -> Bool { true }
}
