/// Cancellation and forced completion: WCP-19, 20 and 25 to 27.
extension PatternScenario {
    static let cancellation: [PatternScenario] = [
        .init(
            19, "in work", .start("Search"), .offers("GiveUp"), .work("GiveUp"), .offers("Report"), .instances("Search"), .work("Report"),
            .ends),
        .init(19, "on offer", .offers("Search", "GiveUp"), .work("GiveUp"), .offers("Report"), .work("Report"), .ends),
        .init(19, "too late", .start("GiveUp"), .work("Search"), .offers("Report"), .instances("GiveUp"), .work("Report"), .ends),

        .init(
            20, "from within", .offers("Check", "Measure", "Withdraw"), .start("Check"), .work("Measure"),
            .offers("Photograph", "Withdraw"),
            .work("Withdraw"), .ends),
        .init(
            20, "not at all", .work("Check"), .work("Measure"), .work("Photograph"), .offers("Answer", "Withdraw"), .work("Answer"), .ends),
        .init(20, "from outside", .start("Measure"), .cancelCase, .ends(.cancelled, isProper: false)),

        .init(
            25, "in work and on the way", .offers("Boat", "Pack", "Dinner", "Storm"), .start("Boat"), .work("Pack"), .start("Dinner"),
            .work("Storm"),
            .offersNothing, .instances("Boat"), .instances("Dinner", .executing), .finish("Dinner"), .ends),
        .init(
            25, "the last of the region", .work("Boat"), .work("Pack"), .start("Picnic"), .work("Storm"), .offers("Dinner"),
            .instances("Picnic"),
            .work("Dinner"), .ends),
        .init(
            25, "fair weather", .work("Boat"), .work("Pack"), .offers("Picnic", "Dinner", "Storm"), .work("Picnic"), .offers("Dinner"),
            .work("Dinner"), .ends),

        .init(
            26, "all votes go", .offers("Vote", "Abandon"), .start("Vote"), .start("Vote#2"), .finish("Vote#1"),
            .instances("Vote", .complete, .executing, .fired),
            .work("Abandon"), .instances("Vote"), .offers("Apologise"), .work("Apologise"), .ends),
        .init(
            26, "all votes are given", .start("Vote"), .finish("Vote#1"), .start("Vote#2"), .finish("Vote#2"), .start("Vote#3"),
            .finish("Vote#3"),
            .offers("Count"), .work("Count"), .ends),

        .init(
            27, "closed early", .offers("Vote", "CloseThePoll"), .start("Vote"), .finish("Vote#1"), .start("Vote#3"), .work("CloseThePoll"),
            .instances("Vote"),
            .offers("Count"), .work("Count"), .ends),
        .init(
            27, "not closed", .start("Vote"), .finish("Vote#1"), .start("Vote#2"), .finish("Vote#2"), .start("Vote#3"),
            .offers("CloseThePoll"),
            .finish("Vote#3"), .offers("Count"), .work("Count"), .ends),
    ]
}
