import Support

/// Nets with a timed task, for tests: A, then T with the timer, then Z.
enum TimerText {
    /// `timer` is what stands in the timer element; T hands in n, which it has from the net.
    static func file(
        _ timer: String, isAutomated: Bool = false, locals: [String] = [], after flows: [String] = ["Z"], split: String = "and",
        join: String = "xor", removes: String = "", more: String = ""
    ) -> String {
        let gateway = YAWLText.gateway("T", inputs: [YAWLText.input("n", "integer")], outputs: [YAWLText.output("n", "integer")])
        return YAWLText.set(
            "timed",
            YAWLText.net(
                locals: [YAWLText.local("n", "integer", initial: "7")] + locals, start: "A",
                YAWLText.task("A", to: ["T"], does: "Work"),
                YAWLText.task(
                    "T", to: flows, join: join, split: split, starting: [("<n>{/Net/n/text()}</n>", "n")],
                    completed: [("<n>{/T/n/text() + 1}</n>", "n")],
                    extra: "<timer>\(timer)</timer>", does: "T"),
                YAWLText.task("Z", to: ["o"], removes: removes, does: "Work"), more),
            isAutomated ? gateway.replacing("manual", with: "automated") : gateway, YAWLText.gateway("Work"))
    }

    static let onEnabled = "<trigger>OnEnabled</trigger><duration>PT1M</duration>"
    static let onExecuting = "<trigger>OnExecuting</trigger><duration>PT1M</duration>"
    static let minute: Int64 = 60_000
}
