// Whatever the size and the data: nothing outside, no trap, each row as wide as the screen.

import Testing

@testable import Terminal
@testable import TextCells

@Suite struct WidgetPropertyTests {
    @Test func noWidgetDrawsOutsideItsArea() {
        let seed = UInt64.random(in: 0 ... UInt64.max)
        var random = SeededGenerator(seed: seed)
        for _ in 0 ..< 60 {
            let size = Size(width: .random(in: 0 ..< 50, using: &random), height: .random(in: 0 ..< 20, using: &random))
            let area = Rect(
                x: .random(in: -5 ..< 30, using: &random), y: .random(in: -5 ..< 20, using: &random),
                width: .random(in: 0 ..< 60, using: &random),
                height: .random(in: 0 ..< 20, using: &random))
            let paper = Style(background: .palette(99))
            for widget in widgets(&random) {
                var surface = Surface(size: size, style: paper)
                widget.draw(on: &surface, in: area, DrawingContext(ascii: Bool.random(using: &random)))
                check(surface, area, paper, "seed \(seed), \(type(of: widget)), \(size), \(area)")
            }
        }
    }

    private func check(_ surface: Surface, _ area: Rect, _ paper: Style, _ comment: String) {
        let untouched = Cell.blank(paper)
        for y in 0 ..< surface.height {
            var width = 0
            for x in 0 ..< surface.width {
                let cell = surface[x, y]
                width += Int(cell.width)
                if !area.contains(Point(x: x, y: y)), cell != untouched {
                    Issue.record("drew at \(x),\(y): \(comment)")
                    return
                }
                if cell.width > 0, !Sanitizer.isPlain(cell.base) {
                    Issue.record("control character at \(x),\(y): \(comment)")
                    return
                }
            }
            if width != surface.width {
                Issue.record("row \(y) is \(width) wide: \(comment)")
                return
            }
        }
        if let cursor = surface.cursor, !area.contains(cursor) { Issue.record("cursor outside: \(comment)") }
    }

    private func widgets(_ random: inout SeededGenerator) -> [any Widget] {
        let texts = (0 ..< 8).map { _ in random.text(longest: 30) }
        let count = Int.random(in: 0 ..< 200, using: &random)
        let kinds: [FormField.Kind] = [
            .text, .number, .boolean, .date, .readOnly, .heading, .choice([]), .choice([.init(value: texts[0]), .init(value: texts[1])]),
        ]
        var form = Form(
            fields: kinds.enumerated().map { index, kind in
                FormField(
                    id: "\(index)", label: texts[index], kind: kind, value: texts[7 - index], isRequired: index % 2 == 0, depth: index,
                    placeholder: texts[0], error: Bool.random(using: &random) ? texts[index] : nil)
            })
        for _ in 0 ..< Int.random(in: 0 ..< 10, using: &random) {
            form.focusNext()
            _ = form.handle(KeyChord(.right))
            _ = form.handle(.character("a"))
        }
        let columns = (0 ..< Int.random(in: 0 ..< 6, using: &random)).map { index in
            TableColumn(
                "\(index)", title: texts[index],
                width: Bool.random(using: &random)
                    ? .fixed(.random(in: -3 ..< 20, using: &random))
                    : .flexible(minimum: .random(in: -3 ..< 20, using: &random), weight: .random(in: -1 ..< 4, using: &random)),
                alignment: [.left, .center, .right].randomElement(using: &random) ?? .left, priority: .random(in: 0 ..< 3, using: &random))
        }
        let place = TableState(selected: .random(in: -5 ..< 300, using: &random), offset: .random(in: -5 ..< 300, using: &random))
        let field = TextField(texts[2])
        let scroll = ScrollState(offset: .random(in: -5 ..< 300, using: &random), isFollowing: Bool.random(using: &random))
        return [
            TableView(columns: columns, rowCount: count, state: place, isMarked: { $0 % 3 == 0 }) { row, column in
                TableCell(texts[(row + column) % 8], role: .stateBad)
            },
            FormView(form), DetailView(fields: texts.map { .init($0, $0 + $0) }, scroll: scroll),
            TextView(text: texts.joined(separator: "\n"), scroll: scroll),
            TextView(text: texts.joined(separator: "\n"), wraps: false),
            PromptView(label: texts[0], field: field, suggestion: texts[1], problem: texts[3]),
            DialogView(
                title: texts[0], message: texts, buttons: [texts[1], "ok"], selected: 1, field: Bool.random(using: &random) ? field : nil),
            TabBar(title: texts[0], tabs: texts.map { .init(key: "1", title: $0) }, active: 2, note: texts[3]),
            HintBar(texts.map { .init(keys: $0, text: $0) }), StatusLine(message: texts[0], facts: texts[1]), TooSmallView(),
            Scrollbar(first: place.offset, count: count),
        ]
    }
}
