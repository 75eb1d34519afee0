import Testing
@testable import XQuery

/// Numbers and dates written by a picture.
@Suite struct FormattingTests {
    @Test(arguments: [
        ("1234.5", "#,##0.00", "1,234.50"), ("-5", "0", "-5"), ("0.4857", "##.##%", "48.57%"), ("12.34", "9,999.99", "0,012.34"),
        ("12345.678", "9.9999e999", "1.2346e004"), ("-3", "0;(0)", "(3)"), ("642120", "####,##", "6421,20"), ("0.2", "#.#", ".2"),
        ("2.5", "0", "2"),
        ("1e0 div 0", "0", "Infinity"), ("number('x')", "0", "NaN"), ("1", "0.0.0", "FODF1310"), ("1", "abc", "FODF1310"),
        ("'x'", "0", "XPTY0004"),
    ])
    func numbers(value: String, picture: String, expected: String) {
        #expect(run("format-number(\(value), '\(picture)')") == expected)
    }

    @Test(arguments: [
        ("1500000", "#,##0", "1,500,000"), ("7", "001", "007"), ("14", "i", "xiv"), ("28", "A", "AB"),
        ("121", "Ww", "One Hundred and Twenty One"),
        ("22", "1;o", "22nd"), ("3", "w;o", "third"), ("-5", "1", "-5"), ("1", "", "FODF1310"), ("1", "0#", "FODF1310"),
    ])
    func integers(value: String, picture: String, expected: String) {
        #expect(run("format-integer(\(value), '\(picture)')") == expected)
    }

    @Test func ownDecimalFormats() {
        #expect(
            run("declare decimal-format de decimal-separator=',' grouping-separator='.'; format-number(1234.5, '#.##0,00', 'de')")
                == "1.234,50")
        #expect(run("declare decimal-format x percent='.'; 1") == "XQST0098")
        #expect(run("format-number(1, '0', 'nowhere')") == "FODF1280")
    }

    @Test(arguments: [
        ("[Y0001]/[M01]/[D01]", "2024/02/28"), ("[D1o] [MNn] [Y]", "28th February 2024"), ("[FNn,3-3] [D]", "Wed 28"),
        ("[MI] [Y01]", "II 24"),
        ("[[[d]]]", "[59]"), ("[W]", "9"), ("[H]", "FOFD1350"), ("[Q]", "FOFD1340"), ("[Y", "FOFD1340"),
    ])
    func dates(picture: String, expected: String) {
        #expect(run("format-date(xs:date('2024-02-28'), '\(picture)')") == expected)
    }

    @Test func timesAndZones() {
        #expect(run("format-time(xs:time('15:04:05.678'), '[h]:[m01]:[s01].[f001] [PN]')") == "3:04:05.678 PM")
        #expect(
            run("format-dateTime(xs:dateTime('2024-02-28T15:04:05+05:30'), '[H01]:[m] [Z] [z] [Z0000]')") == "15:04 +05:30 GMT+05:30 +0530")
        #expect(run("format-date((), '[Y]')") == "")
    }
}
