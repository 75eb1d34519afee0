import Support

/// Small specifications that together touch every table of a store.
enum TestSpecifications {
    static let two = YAWLText.set(
        "two",
        YAWLText.net(
            outputs: [YAWLText.output("n", "integer")], locals: [YAWLText.local("n", "integer", initial: "0")],
            start: "A",
            YAWLText.task(
                "A", to: ["B"], starting: [("<n>{/Net/n/text()}</n>", "n")], completed: [("<n>{/Ask/n/text()}</n>", "n")], does: "Ask"),
            YAWLText.task("B", to: ["o"], does: "Work")),
        YAWLText.gateway("Ask", inputs: [YAWLText.input("n", "integer")], outputs: [YAWLText.output("n", "integer")]),
        YAWLText.gateway("Work"))

    /// Work side by side, one task with a timer, one for a service, one a net of its own.
    static let wide = YAWLText.set(
        "wide",
        YAWLText.net(
            locals: [YAWLText.local("n", "integer", initial: "0")], start: "S",
            YAWLText.task("S", to: ["A", "T", "C", "Q"], does: "Work"),
            YAWLText.task(
                "A", to: ["J"], starting: [("<n>{/Net/n/text()}</n>", "n")], completed: [("<n>{/Ask/n + 1}</n>", "n")], does: "Ask"),
            YAWLText.task("T", to: ["J"], extra: "<timer><trigger>OnEnabled</trigger><duration>PT1M</duration></timer>", does: "Work"),
            YAWLText.task("C", to: ["J"], does: "Sub"),
            YAWLText.task("Q", to: ["J"], does: "Machine"),
            YAWLText.task("J", to: ["o"], join: "and", does: "Work")),
        YAWLText.net(
            "Sub", isRoot: false, locals: [YAWLText.local("m", initial: "é\u{1F6A2}")], start: "X",
            YAWLText.task("X", to: ["o"], does: "Work")),
        YAWLText.gateway("Ask", inputs: [YAWLText.input("n", "integer")], outputs: [YAWLText.output("n", "integer")]),
        YAWLText.gateway("Work"),
        YAWLText.automated("Machine"))
}
