// Nets as pictures: those of the examples, and a case on its way through one.

import Foundation
import Support
import Terminal
import Testing
import Workflow

@testable import Catalog
@testable import Panes
@testable import TextCells

@Suite struct NetDiagramTests {
    private static let examples = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("examples")

    private static func specification(_ name: String) throws -> Specification {
        let file = examples.appendingPathComponent(name + ".yawl")
        return try #require(try SpecificationReader.read([UInt8](Data(contentsOf: file)), file: file.path).first)
    }

    @Test(arguments: ["order-fulfilment", "loan-application", "document-review"])
    func examples(_ name: String) throws {
        let drawing = CaseDrawing.drawing(try Self.specification(name))
        try expectSnapshot(drawing.text(), "net-\(name)")
        try expectSnapshot(drawing.text(ascii: true), "net-\(name)-ascii")
        let strangers = drawing.text(ascii: true).filter { !$0.isASCII }
        #expect(strangers.isEmpty)
    }

    /// Tokens lie where they are, in conditions and between tasks; tasks say what goes on in them; the picture is otherwise the same.
    @Test func marks() throws {
        let text = YAWLText.set(
            "m",
            YAWLText.net(
                start: "A", YAWLText.task("A", to: ["B", "c"], does: "Work"), YAWLText.condition("c", to: "D"),
                YAWLText.task("B", to: ["J"], does: "Work"), YAWLText.task("D", to: ["J"], does: "Work"),
                YAWLText.task("J", to: ["o"], join: "and", does: "Work")),
            YAWLText.gateway("Work"))
        let model = try #require(try SpecificationReader.read(Array(text.utf8), file: "m.yawl").first)
        let diagram = NetDiagram(try #require(model.rootNet), in: model)
        let marks = NetDiagram.Marks(tokens: ["c{B_J}": 1, "c": 2], tasks: ["D": .init(text: "on offer", tone: .good)])
        let drawing = diagram.drawing(marks)
        try expectSnapshot(drawing.text(), "net-marks")
        #expect(drawing.text().contains("(2)"))
        #expect(drawing.text().contains("on offer"))
        #expect(drawing.focus != nil)
        let plain = diagram.drawing()
        #expect((plain.width, plain.height) == (drawing.width, drawing.height))
    }

    /// Far more than anybody draws, in a time nobody notices (measured in `make bench`; here only that it comes to an end).
    @Test func twoHundredTasks() throws {
        var random = SeededRandom(7)
        let tasks = (0 ..< 200).map { number in
            YAWLText.task(
                "T\(number)",
                to: number == 199
                    ? ["o"] : ["T\(number + 1)"] + (random.roll(3) == 0 ? ["T\(min(199, number + 2 + random.roll(20)))"] : []), does: "Work"
            )
        }
        let net = YAWLText.net(start: "T0", tasks.joined())
        let model = try #require(
            try SpecificationReader.read(Array(YAWLText.set("big", net, YAWLText.gateway("Work")).utf8), file: "big.yawl").first)
        let drawing = NetDiagram(try #require(model.rootNet), in: model).drawing()
        #expect(drawing.width > 1000)
        // Any part of it can be looked at.
        for origin in [Point(x: 0, y: 0), Point(x: drawing.width, y: drawing.height), Point(x: -5, y: drawing.height / 2)] {
            var surface = Surface(size: Size(width: 60, height: 16))
            DrawingView(drawing, origin: origin).draw(on: &surface, in: surface.bounds, DrawingContext())
        }
    }
}
