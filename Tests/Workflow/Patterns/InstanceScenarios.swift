/// Multiple instances: WCP-12 to WCP-15 and 34 to 36.
extension PatternScenario {
    static let instances: [PatternScenario] = [
        .init(
            12, "what follows does not wait", .offers("Ask", "Cook"), .start("Ask"), .instances("Ask", .executing, .fired), .work("Cook"),
            .offers("Decorate"),
            .start("Ask#2"), .work("Decorate"), .finish("Ask#2"), .instances("Ask", .executing, .complete), .finish("Ask#1"), .ends),

        .init(
            13, "three, then the seal", .offers("Sign"), .start("Sign"), .instances("Sign", .executing, .fired, .fired), .start("Sign#3"),
            .finish("Sign#3"),
            .start("Sign#2"), .finish("Sign#1"), .offersNothing, .finish("Sign#2"), .offers("Seal"), .work("Seal"), .ends),

        .init(
            14, "two samples", .work("Take", "<Take><samples><sample>water</sample><sample>soil</sample></samples></Take>"),
            .offers("Test"),
            .start("Test"), .instances("Test", .executing, .fired), .start("Test#2"), .finish("Test#2"), .offersNothing,
            .finish("Test#1"), .offers("Report"), .value("results", "<results><sample>soil</sample><sample>water</sample></results>"),
            .work("Report"), .ends),
        .init(
            14, "one sample", .work("Take", "<Take><samples><sample>air</sample></samples></Take>"), .start("Test"),
            .instances("Test", .executing),
            .finish("Test#1"), .offers("Report"), .work("Report"), .ends),

        .init(
            15, "a witness more", .start("Hear"), .instances("Hear", .executing, .fired), .add(to: "Hear#1", "<witness>Cas</witness>"),
            .instances("Hear", .executing, .fired, .fired), .finish("Hear#1"), .start("Hear#2"), .finish("Hear#2"), .offersNothing,
            .start("Hear#3"), .add(to: "Hear#3", "<witness>Dan</witness>"), .finish("Hear#3"), .offersNothing, .start("Hear#4"),
            .finish("Hear#4"),
            .offers("Judge"), .work("Judge"), .ends),

        .init(
            34, "the third is finished in vain", .offers("ReadingA", "ReadingB", "ReadingC"), .start("ReadingA"), .start("ReadingB"),
            .start("ReadingC"),
            .finish("ReadingB"), .offersNothing, .finish("ReadingA"), .offers("Edit"), .finish("ReadingC"), .offers("Edit"), .work("Edit"),
            .offers("Print"), .work("Print"), .ends),

        .init(
            35, "two of three", .start("Quote"), .instances("Quote", .executing, .fired, .fired), .start("Quote#3"), .finish("Quote#3"),
            .offersNothing,
            .finish("Quote#1"), .offers("Choose"), .instances("Quote"), .work("Choose"), .ends),

        .init(
            36, "enough is said while they run, and the rest is withdrawn", .offers("Interview", "DecideHowMany"), .start("Interview"),
            .add(to: "Interview#1", "<person>Cas</person>"), .instances("Interview", .executing, .fired, .fired), .finish("Interview#1"),
            .work("DecideHowMany", "<DecideHowMany><enough>2</enough></DecideHowMany>"), .instances("Interview", .complete, .fired, .fired),
            .start("Interview#2"), .finish("Interview#2"), .instances("Interview"), .offers("Evaluate"), .work("Evaluate"), .ends),
    ]
}
