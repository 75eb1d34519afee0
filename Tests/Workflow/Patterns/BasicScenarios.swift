/// Basic control flow: WCP-1 to WCP-5.
extension PatternScenario {
    static let basic: [PatternScenario] = [
        .init(
            1, "one after the other",
            .offers("Boil"), .start("Boil"), .offersNothing, .finish("Boil"), .offers("Pour"), .work("Pour"), .ends),

        .init(
            2, "both ways, in either order",
            .offers("Pack"), .work("Pack"), .offers("Label", "Invoice"), .start("Invoice"), .offers("Label"), .work("Label"),
            .offersNothing,
            .finish("Invoice"), .offers("Send"), .work("Send"), .ends),

        .init(
            3, "not before the last", .offers("CheckIncome", "CheckHistory"), .work("CheckHistory"), .offers("CheckIncome"),
            .work("CheckIncome"), .offers("Approve"), .work("Approve"), .ends),
        .init(
            3, "nor in the other order", .work("CheckIncome"), .offers("CheckHistory"), .work("CheckHistory"), .offers("Approve"),
            .work("Approve"), .ends),

        .init(4, "heavy", .work("Weigh", "<Weigh><grams>501</grams></Weigh>"), .offers("Parcel"), .work("Parcel"), .ends),
        .init(4, "light", .work("Weigh", "<Weigh><grams>500</grams></Weigh>"), .offers("Letter"), .work("Letter"), .ends),

        .init(
            5, "one way in", .work("Read", "<Read><urgent>true</urgent></Read>"), .offers("Call"), .work("Call"), .offers("File"),
            .work("File"), .ends),
        .init(
            5, "the other way in", .work("Read", "<Read><urgent>false</urgent></Read>"), .offers("Write"), .work("Write"), .offers("File"),
            .work("File"), .ends),
    ]
}
