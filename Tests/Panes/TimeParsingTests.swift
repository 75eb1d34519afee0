// Times and durations as people type them.

import Foundation
import Testing

@testable import Catalog
@testable import Panes

@Suite struct TimeParsingTests {
    private static let utc = TableClock.utc

    @Test(arguments: [
        ("2026-03-02T14:05:22.123Z", "2026-03-02T14:05:22.123Z"), ("2026-03-02T14:05:22.1Z", "2026-03-02T14:05:22.100Z"),
        ("2026-03-02 14:05:22", "2026-03-02T14:05:22.999Z"), ("2026-03-02 14:05", "2026-03-02T14:05:59.999Z"),
        ("2026-03-02", "2026-03-02T23:59:59.999Z"), ("2026-03-02T14:05:22.000+01:30", "2026-03-02T12:35:22.000Z"),
        ("1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"), ("2024-02-29T00:00:00.000Z", "2024-02-29T00:00:00.000Z"),
    ])
    func timesAreReadToTheEndOfWhatIsWritten(text: String, meant: String) throws {
        #expect(TimeText.iso(try #require(TimeText.parse(text, Self.utc))) == meant)
    }

    @Test func withoutAZoneTheReadersCounts() throws {
        let clock = TableClock(now: 0, zone: try #require(TimeZone(secondsFromGMT: 7200)))
        #expect(TimeText.iso(try #require(TimeText.parse("2026-03-02 14:05:22.000", clock))) == "2026-03-02T12:05:22.000Z")
        // What a table shows leads back to what it showed.
        #expect(TimeText.local(try #require(TimeText.parse("2026-03-02 14:05:22", clock)), clock) == "2026-03-02 14:05:22")
    }

    @Test(arguments: [
        "", "yesterday", "2026-13-01", "2026-02-29", "2026-3-2", "2026-03-02 24:00", "2026-03-02 14", "2026-03-02 14:05:60", "14:05",
    ])
    func whatIsNoTimeIsRefused(_ text: String) {
        #expect(TimeText.parse(text, Self.utc) == nil)
    }

    @Test(arguments: [("90s", 90_000), ("1h30m", 5_400_000), ("2d 4h", 187_200_000), ("850ms", 850), ("0s", 0)])
    func durationsAreSumsOfUnits(text: String, milliseconds: Int64) {
        #expect(DurationText.parse(text) == milliseconds)
    }

    @Test(arguments: ["", "5", "m", "5 minutes", "-5m", "1.5h", "99999999999d", "9999999999999999h", "5m!"])
    func whatIsNoDurationIsRefused(_ text: String) {
        #expect(DurationText.parse(text) == nil)
    }

    @Test(arguments: [(0, "0s"), (850, "850ms"), (12_345, "12s"), (312_000, "5m 12s"), (3_600_000, "1h"), (187_200_999, "2d 4h")])
    func durationsShowTheirTwoLargestUnits(milliseconds: Int64, text: String) {
        #expect(DurationText.text(milliseconds) == text)
    }
}
