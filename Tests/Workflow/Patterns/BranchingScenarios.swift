/// Advanced branching and synchronization: WCP-6 to WCP-9, 28 to 33, 37, 38, 41 and 42.
extension PatternScenario {
    static let branching: [PatternScenario] = [
        .init(6, "one", .work("Answer", "<Answer><needs>fire</needs></Answer>"), .offers("Fire"), .work("Fire"), .ends),
        .init(
            6, "two", .work("Answer", "<Answer><needs>police ambulance</needs></Answer>"), .offers("Police", "Ambulance"),
            .work("Ambulance"), .offers("Police"), .work("Police"), .ends),
        .init(
            6, "all", .work("Answer", "<Answer><needs>police fire ambulance</needs></Answer>"), .offers("Police", "Fire", "Ambulance"),
            .work("Fire"), .work("Police"), .work("Ambulance"), .ends),
        .init(
            6, "none means the default", .work("Answer", "<Answer><needs>advice</needs></Answer>"), .offers("Ambulance"),
            .work("Ambulance"), .ends),

        .init(
            7, "one is not made to wait", .work("Answer", "<Answer><needs>fire</needs></Answer>"), .work("Fire"), .offers("Report"),
            .work("Report"), .ends),
        .init(
            7, "two wait for each other", .work("Answer", "<Answer><needs>police fire</needs></Answer>"), .work("Police"), .offers("Fire"),
            .start("Fire"), .offersNothing, .finish("Fire"), .offers("Report"), .work("Report"), .ends),
        .init(
            7, "all three", .work("Answer", "<Answer><needs>police fire ambulance</needs></Answer>"), .work("Ambulance"), .work("Fire"),
            .offers("Police"), .work("Police"), .offers("Report"), .work("Report"), .ends),

        .init(
            8, "each thread runs what follows", .offers("Sketch", "Text"), .work("Text"), .offers("Sketch", "Review"), .work("Review"),
            .offers("Sketch"),
            .work("Sketch"), .offers("Review"), .work("Review"), .offers("Print"), .work("Print"), .ends),
        .init(
            8, "also when both have come before", .work("Text"), .work("Sketch"), .offers("Review"), .work("Review"), .offers("Review"),
            .work("Review"),
            .offers("Print"), .work("Print"), .ends),

        .init(
            9, "the second comes while the work goes on", .offers("AskNorth", "AskSouth"), .work("AskSouth"), .offers("AskNorth", "Decide"),
            .start("Decide"),
            .work("AskNorth"), .offersNothing, .finish("Decide"), .offers("File"), .work("File"), .ends),
        .init(
            9, "the second comes after it", .work("AskNorth"), .work("Decide"), .offers("AskSouth"), .work("AskSouth"), .offers("File"),
            .work("File"), .ends),

        .init(
            28, "a round, and one more begun in it", .offers("SensorA", "SensorB"), .work("SensorA"),
            .offers("SensorA", "SensorB", "Alarm"),
            .work("Alarm"), .offers("SensorA", "SensorB", "SwitchOff"), .work("SensorA"), .offers("SensorA", "SensorB", "SwitchOff"),
            .work("SensorB"), .offers("SensorA", "SensorB", "SwitchOff", "Reset"), .work("Reset"),
            .offers("SensorA", "SensorB", "SwitchOff", "Alarm"),
            .work("SwitchOff"), .ends),

        .init(
            29, "begun or not, the others go", .offers("AskRed", "AskBlue", "AskGreen"), .start("AskRed"), .work("AskGreen"),
            .offers("Book"),
            .instances("AskRed"), .work("Book"), .ends),

        .init(
            30, "two of three", .offers("RefereeA", "RefereeB", "RefereeC"), .work("RefereeC"), .offers("RefereeA", "RefereeB"),
            .work("RefereeA"),
            .offers("RefereeB", "Decide"), .work("Decide"), .offers("RefereeB"), .work("RefereeB"), .offers("File"), .work("File"), .ends),
        .init(
            30, "the third before the decision", .work("RefereeA"), .work("RefereeB"), .work("RefereeC"), .offers("Decide"),
            .work("Decide"), .offers("File"),
            .work("File"), .ends),

        .init(
            31, "one that comes twice counts once", .offers("SensorA", "SensorB", "SensorC"), .work("SensorA"), .work("SensorA"),
            .offers("SensorA", "SensorB", "SensorC"), .work("SensorB"), .offers("SensorA", "SensorB", "SensorC", "Alarm"), .work("Alarm"),
            .work("SensorB"), .offers("SensorA", "SensorB", "SensorC", "SwitchOff"), .work("SensorC"),
            .offers("SensorA", "SensorB", "SensorC", "SwitchOff", "Reset"),
            .work("Reset"), .offers("SensorA", "SensorB", "SensorC", "SwitchOff", "Alarm"), .work("SwitchOff"), .ends),

        .init(
            32, "the third is withdrawn", .offers("OfferA", "OfferB", "OfferC"), .work("OfferB"), .offers("OfferA", "OfferC"),
            .work("OfferA"),
            .offers("Choose"), .work("Choose"), .ends),
        .init(
            32, "though it was begun", .start("OfferC"), .work("OfferB"), .work("OfferA"), .offers("Choose"), .instances("OfferC"),
            .work("Choose"), .ends),

        .init(
            33, "what came early waits", .offers("Bun", "Sausage"), .work("Bun"), .work("Bun"), .offers("Bun", "Sausage"), .work("Sausage"),
            .offers("Bun", "Sausage", "Assemble"), .work("Assemble"), .offers("Bun", "Sausage", "Close"), .work("Sausage"),
            .offers("Bun", "Sausage", "Close", "Assemble"), .work("Assemble"), .work("Close"), .ends),

        .init(
            37, "by train to a hotel", .work("Plan", "<Plan><needs>train hotel</needs></Plan>"), .offers("Train", "Hotel"), .work("Hotel"),
            .offers("Train", "Dinner"), .work("Dinner"), .offers("Train"), .work("Train"), .offers("Pack"), .work("Pack"), .offers("Leave"),
            .work("Leave"), .ends),
        .init(
            37, "hotel only", .work("Plan", "<Plan><needs>hotel</needs></Plan>"), .work("Hotel"), .offers("Dinner", "Pack"), .work("Pack"),
            .offers("Dinner"),
            .work("Dinner"), .offers("Leave"), .work("Leave"), .ends),
        .init(
            37, "train only", .work("Plan", "<Plan><needs>train</needs></Plan>"), .work("Train"), .offers("Pack"), .work("Pack"),
            .offers("Leave"),
            .work("Leave"), .ends),

        .init(
            38, "the drawing waits for the loop", .work("Plan", "<Plan><needs>drawing</needs></Plan>"), .offers("Draw", "Write"),
            .work("Draw"),
            .offers("Write"), .work("Write"), .offers("Check"), .work("Check", "<Check><good>false</good></Check>"), .offers("Write"),
            .work("Write"),
            .work("Check", "<Check><good>true</good></Check>"), .offers("Publish"), .work("Publish"), .ends),
        .init(
            38, "no drawing, no waiting", .work("Plan", "<Plan><needs>nothing</needs></Plan>"), .offers("Write"), .work("Write"),
            .work("Check", "<Check><good>true</good></Check>"), .offers("Publish"), .work("Publish"), .ends),

        .init(
            41, "two threads, one file", .offers("CopyForBuyer", "CopyForSeller"), .work("CopyForSeller"), .offers("CopyForBuyer", "Sign"),
            .work("Sign"),
            .offers("CopyForBuyer"), .work("CopyForBuyer"), .offers("Sign"), .work("Sign"), .offers("File"), .work("File"), .ends),
        .init(
            42, "one draft, two signatures", .offers("Draft"), .work("Draft"), .offers("Sign"), .work("Sign"), .offers("Sign"),
            .work("Sign"),
            .offers("File"), .work("File"), .ends),
    ]
}
