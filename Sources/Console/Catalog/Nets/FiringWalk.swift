import TextCells
import Workflow

/// A run that shows what is wrong with a net, to be gone through step by step on its picture.
public struct FiringWalk: Sendable {
    package let failure: SoundnessFailure
    private let diagram: NetDiagram
    private let start: String

    /// Nil for a failure that shows in no run.
    package init?(_ failure: SoundnessFailure, of net: Net, in specification: Specification) {
        guard let start = net.inputCondition?.id, !failure.sequence.isEmpty else { return nil }
        self.failure = failure
        self.start = start
        diagram = NetDiagram(net, in: specification)
    }

    package var steps: Int { failure.sequence.count }

    /// `net Order, step 3 of 7: end A → c{A_B}`
    package func caption(after step: Int) -> String {
        "net \(diagram.title), "
            + (failure.sequence[safe: step - 1].map { "step \(step) of \(steps): \($0.text)" } ?? "before the first of \(steps) steps")
    }

    /// The net as it is after so many steps, 0 to `steps`.
    package func drawing(after step: Int) -> Drawing {
        var marks = NetDiagram.Marks(tokens: [start: 1])
        if let done = failure.sequence[safe: step - 1] {
            marks.tokens = done.marking.tokens
            for task in done.marking.busy { marks.tasks[task] = .init(text: "busy", tone: .warning) }
            marks.tasks[done.task] = .init(text: done.phase == .start ? "starts" : "ends", tone: .good)
        }
        let words = Sanitizer.line("\(failure.kind.rawValue): \(failure.message)").wrapped(to: Self.wordsWidth)
        var title = Drawing(width: Self.wordsWidth, height: words.count)
        for (row, line) in words.enumerated() { title.write(line, x: 0, y: row, tone: .danger) }
        var picture = diagram.drawing(marks)
        if let task = failure.sequence[safe: step - 1]?.task, let place = diagram.centre(of: task) { picture.focus = place }
        return title.above(picture, gap: 1)
    }

    /// Fits the narrowest terminal.
    private static let wordsWidth = 58

    /// `deadlock: …`, and a line for each step.
    package var lines: [String] { Self.lines(of: failure) }

    package static func lines(of failure: SoundnessFailure) -> [String] {
        ["\(failure.kind.rawValue): \(failure.message)"]
            + failure.sequence.enumerated().map { number, step in "  \(number + 1). \(step.text)   [\(step.marking)]" }
    }
}

/// The picture follows from the net, so the net's name and the run say all.
extension FiringWalk: Hashable {
    public static func == (a: Self, b: Self) -> Bool { a.diagram.title == b.diagram.title && a.failure == b.failure }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(diagram.title)
        hasher.combine(failure.message)
    }
}
