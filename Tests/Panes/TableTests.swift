// Tables: order, layout, export.

import Foundation
import Terminal
import Testing

@testable import Catalog
@testable import Panes
@testable import TextCells

@Suite struct TableTests {
    private let columns = [
        Column("item", "item", priority: 0), Column("count", "count", alignment: .right, priority: 1),
        Column("note", "note", priority: 2, isFlexible: true),
        Column("at", "at", priority: 0), Column("secret", "secret", isHidden: true),
    ]

    private func table(_ rows: [(String, CellValue, CellValue)]) -> Table {
        Table(columns: columns, rows: rows.map { TableRow(id: $0.0, cells: [.text($0.0), $0.1, $0.2, .time(0), .flag(true)]) })
    }

    @Test func sortsByValueAndKeepsNothingLast() {
        let mixed = table([("1.10:A", .integer(9), .none), ("1.9:A", .integer(10), .none), ("1.9:b", .none, .none)])
        func ids(_ order: TableOrder) -> [String] { mixed.arranged(sort: order, clock: .utc).rows.map(\.id) }
        #expect(ids(TableOrder("item")) == ["1.9:A", "1.9:b", "1.10:A"])
        #expect(ids(TableOrder("count")) == ["1.10:A", "1.9:A", "1.9:b"])
        #expect(ids(TableOrder("count", descending: true)) == ["1.9:A", "1.10:A", "1.9:b"])
        #expect(ids(TableOrder("nothing")) == ["1.10:A", "1.9:A", "1.9:b"])
    }

    @Test func theOldestIsTheLastByAge() {
        let rows = Table(
            columns: [Column("age", "age")], rows: [TableRow(id: "old", cells: [.age(0)]), TableRow(id: "new", cells: [.age(1000)])])
        #expect(rows.arranged(sort: TableOrder(parsing: "age"), clock: .utc).rows.map(\.id) == ["new", "old"])
        #expect(rows.arranged(sort: TableOrder(parsing: "-age"), clock: .utc).rows.map(\.id) == ["old", "new"])
    }

    @Test func printsAlignedColumnsWithoutHiddenOnes() {
        let text = table([("7:A", .integer(5), .text("fine")), ("12:B", .integer(1200), .none)]).readable(clock: .utc)
        #expect(
            text == """
                ITEM    COUNT  NOTE   AT
                7:A         5  fine   1970-01-01 00:00:00
                12:B     1200         1970-01-01 00:00:00
                """)
    }

    @Test func fitsTheWidthByLeavingOutTheLeastImportant() {
        let wide = table([("7:A", .integer(5), .text(String(repeating: "long ", count: 20)))])
        for width in 1 ... 120 {
            for line in wide.readable(width: width, clock: .utc).split(separator: "\n") { #expect(line.cellWidth <= width) }
        }
        #expect(wide.readable(width: 60, clock: .utc).contains("…"))
        #expect(!wide.readable(width: 30, clock: .utc).contains("NOTE"))
        #expect(wide.readable(width: 30, clock: .utc).contains("ITEM"))
    }

    @Test func jsonIsTypedAndInTheOrderOfTheColumns() {
        let one = table([("7:A", .integer(5), .state(.danger, "say \"no\"\n"))])
        #expect(one.json.line == #"[{"item":"7:A","count":5,"note":"say \"no\"\n","at":"1970-01-01T00:00:00.000Z","secret":true}]"#)
        #expect(Table(columns: columns).text(as: .json, clock: .utc) == "[]")
    }

    @Test func jsonIsReadByOthers() throws {
        let nasty = "\u{1}\u{7F}\\ \"quoted\" ü 日本 💳\r\n\t"
        let one = table([("7:A", .none, .text(nasty))])
        let read = try JSONDecoder().decode(
            [[String: String?]].self,
            from: Data(
                JSONValue.array([.object(["note": .string(nasty), "count": .null])]).text.utf8))
        #expect(read.first?["note"] == nasty)
        #expect(one.json.text.contains("\n    \"count\": null"))
    }

    @Test func csvQuotesAndDisarms() {
        let text = table([("7:A", .integer(5), .text("a,\"b\"\nc")), ("8:A", .integer(-1), .text("=cmd()"))]).csv
        #expect(
            text
                == """
                item,count,note,at,secret\r\n\
                7:A,5,"a,""b""\nc",1970-01-01T00:00:00.000Z,true\r\n\
                8:A,-1,'=cmd(),1970-01-01T00:00:00.000Z,true\r\n
                """
        )
    }

    @Test(arguments: [
        (Int64(0), "1970-01-01T00:00:00.000Z"), (1_772_460_322_123, "2026-03-02T14:05:22.123Z"),
        (951_782_400_000, "2000-02-29T00:00:00.000Z"),
        (-1, "1969-12-31T23:59:59.999Z"), (253_402_300_799_000, "9999-12-31T23:59:59.000Z"),
    ])
    func timesAreISO8601(_ at: Int64, _ text: String) { #expect(TimeText.iso(at) == text) }

    @Test func timesThatCannotBeDoNotTrap() {
        for at in [Int64.min, Int64.min + 1, Int64.max] {
            #expect(!TimeText.iso(at).isEmpty)
            #expect(!TimeText.local(at, TableClock(now: Int64.max, zone: .gmt)).isEmpty)
            #expect(!TimeText.age(from: at, to: Int64.min).isEmpty)
        }
    }
}
