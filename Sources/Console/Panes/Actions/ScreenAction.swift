import Catalog

/// A command that exists on the screen only, with what it does there.
struct ScreenAction: Sendable {
    /// A step of the reducer.
    typealias Step = @Sendable (inout ConsoleState, CommandCall) -> [Effect]

    let spec: CommandSpec
    let step: Step

    init(_ spec: CommandSpec, step: @escaping Step) {
        self.spec = spec
        self.step = step
    }
}
