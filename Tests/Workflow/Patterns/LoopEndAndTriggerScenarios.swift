/// Iteration (WCP-10, 21, 22), termination (11, 43) and triggers (23, 24).
extension PatternScenario {
    static let loopsEndsAndTriggers: [PatternScenario] = [
        .init(
            10, "in at Check, out at Check", .work("Draft", choose("check")), .offers("Check"), .work("Check", choose("edit")),
            .offers("Edit"),
            .work("Edit", choose("check")), .offers("Check"), .work("Check", choose("print")), .offers("Print"), .work("Print"), .ends),
        .init(
            10, "in at Edit, out at Edit", .work("Draft", choose("edit")), .offers("Edit"), .work("Edit", choose("check")),
            .work("Check", choose("edit")),
            .work("Edit", choose("drop")), .offers("Drop"), .work("Drop"), .ends),

        .init(
            21, "twice and twice", with: "<Laundry><rounds>2</rounds></Laundry>", .offers("Soap"), .work("Soap"), .offers("Rinse"),
            .work("Rinse"),
            .offers("Soap"), .work("Soap"), .work("Rinse"), .offers("Dry"), .work("Dry", "<Dry><damp>true</damp></Dry>"), .offers("Dry"),
            .work("Dry", "<Dry><damp>false</damp></Dry>"), .ends),
        .init(
            21, "not at all and once", with: "<Laundry><rounds>0</rounds></Laundry>", .offers("Dry"),
            .work("Dry", "<Dry><damp>false</damp></Dry>"), .ends),

        .init(
            22, "three boxes", .offers("Open"), .work("Open", "<Open><full>true</full></Open>"), .offers("Open"),
            .work("Open", "<Open><full>true</full></Open>"),
            .work("Open", "<Open><full>false</full></Open>"), .offers("Fold"), .work("Fold"), .offers("Fold"), .work("Fold"),
            .offers("Fold"), .work("Fold"),
            .offers("Thank"), .work("Thank"), .ends),

        .init(
            11, "the longer way ends it", .offers("PayBill", "Paint"), .work("Paint"), .offers("PayBill"),
            .work("PayBill", "<PayBill><wrong>true</wrong></PayBill>"),
            .offers("Complain"), .work("Complain"), .ends),
        .init(11, "or the other", .work("PayBill", "<PayBill><wrong>false</wrong></PayBill>"), .offers("Paint"), .work("Paint"), .ends),

        .init(
            43, "the first end is the end", .offers("SearchEast", "SearchWest"), .start("SearchEast"), .work("SearchWest"),
            .ends(.completed, isProper: false)),

        .init(
            23, "too early is not heard", .offers("Cook", "Ring"), .work("Ring"), .offers("Cook", "Ring"), .work("Cook"), .offers("Ring"),
            .work("Ring"),
            .offers("Open", "Ring"), .work("Open"), .ends),
        .init(
            23, "while it is in work neither", .start("Cook"), .work("Ring"), .finish("Cook"), .offers("Ring"), .work("Ring"),
            .offers("Open", "Ring"),
            .start("Ring"), .work("Open"), .ends),

        .init(
            24, "early is kept", .offers("Cook", "Deliver"), .work("Deliver"), .offers("Cook", "Deliver"), .work("Cook"),
            .offers("Read", "Deliver"),
            .work("Read"), .ends),
        .init(
            24, "late is waited for", .work("Cook"), .offers("Deliver"), .work("Deliver"), .offers("Read", "Deliver"),
            .work("Read"), .ends),
    ]

    private static func choose(_ next: String) -> String { "<Choose><next>\(next)</next></Choose>" }
}
