/// State-based patterns: WCP-16 to WCP-18, 39 and 40.
extension PatternScenario {
    static let stateBased: [PatternScenario] = [
        .init(
            16, "a letter", .work("Ask"), .offers("PhoneCall", "Letter"), .start("Letter"), .offersNothing, .finish("Letter"),
            .offers("File"), .work("File"), .ends),
        .init(16, "a call", .work("Ask"), .start("PhoneCall"), .offersNothing, .finish("PhoneCall"), .offers("File"), .work("File"), .ends),

        .init(
            17, "one at a time", .offers("Weigh", "XRay"), .start("XRay"), .offersNothing, .finish("XRay"), .offers("Weigh", "Bandage"),
            .start("Weigh"),
            .offersNothing, .finish("Weigh"), .offers("Bandage"), .work("Bandage"), .offers("Dismiss"), .work("Dismiss"), .ends),
        .init(
            17, "another order", .work("Weigh"), .offers("XRay"), .work("XRay"), .offers("Bandage"), .work("Bandage"), .offers("Dismiss"),
            .work("Dismiss"), .ends),

        .init(
            18, "while it is packed", .offers("Pack"), .work("Pack"), .offers("ChangeAddress", "Ship"), .work("ChangeAddress"),
            .offers("ChangeAddress", "Ship"),
            .start("Ship"), .offersNothing, .finish("Ship"), .offers("Close"), .work("Close"), .ends),

        .init(
            39, "the second train waits", .offers("EastEnters", "WestEnters"), .start("WestEnters"), .offersNothing, .finish("WestEnters"),
            .offers("WestLeaves"),
            .start("WestLeaves"), .offersNothing, .finish("WestLeaves"), .offers("EastEnters"), .work("EastEnters"), .offers("EastLeaves"),
            .work("EastLeaves"), .offers("Close"), .work("Close"), .ends),

        .init(
            40, "one at a time", .offers("Read", "Write", "Speak"), .start("Write"), .offersNothing, .finish("Write"),
            .offers("Read", "Speak"),
            .start("Speak"), .offersNothing, .finish("Speak"), .offers("Read"), .work("Read"), .offers("Mark"), .work("Mark"), .ends),
    ]
}
