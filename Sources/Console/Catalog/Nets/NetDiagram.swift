import TextCells
import Workflow

/// A net as it is drawn: tasks are boxes, conditions circles, flows lines from left to right. The layout depends on the net alone,
/// so the picture stands still while a case goes through it; `drawing(_:)` lays the marks of a moment over it.
struct NetDiagram: Sendable {
    /// What is going on in a net.
    struct Marks: Sendable, Hashable {
        /// Tokens by condition, implicit ones (`c{A_B}`) among them.
        var tokens: [String: Int] = [:]
        /// A few words by task, with the tone that colours its box.
        var tasks: [String: Mark] = [:]

        struct Mark: Sendable, Hashable {
            let text: String
            let tone: Tone
        }
    }

    private struct Shape: Sendable {
        let id: String
        let label: String
        /// Nil for a condition.
        let task: NetTask?
        /// What the task stands for, on its upper edge.
        let kind: String
        var hasManyIn = false
        var hasManyOut = false
        var flowsToItself = false
        let condition: NetCondition.Kind
    }

    let title: String
    private let shapes: [Shape]
    private let places: [LayeredLayout.Node]
    private let base: Drawing
    private let heads: [(place: Point, isBackward: Bool)]
    /// Where a token lies on the way from a task to a task, by condition.
    private let flowMarks: [String: Point]

    /// Longer names are cut.
    private static let longestLabel = 22
    /// Larger nets are not drawn: nobody could read them.
    static let mostElements = 2000

    /// - Parameter specification: says what the tasks stand for.
    init(_ net: Net, in specification: Specification?) {
        title = net.id
        let elements = Array(net.elements.prefix(Self.mostElements))
        let index = Dictionary(elements.enumerated().map { ($1.id, $0) }) { first, _ in first }
        var edges: [(from: Int, to: Int)] = [], seen: Set<[Int]> = []
        var shapes = elements.map { Self.shape($0, in: specification) }
        for (from, element) in elements.enumerated() {
            for flow in element.flows {
                guard let to = index[flow.target], seen.insert([from, to]).inserted else { continue }
                edges.append((from, to))
                if from == to { shapes[from].flowsToItself = true }
            }
        }
        for place in shapes.indices {
            shapes[place].hasManyIn = edges.count { $0.to == place } > 1
            shapes[place].hasManyOut = edges.count { $0.from == place } > 1
        }
        self.shapes = shapes
        let start = elements.firstIndex { if case .condition(let condition) = $0 { condition.kind == .input } else { false } } ?? 0
        let layout = LayeredLayout(nodes: shapes.map(Self.node), edges: edges, start: start)
        places = Array(layout.nodes.prefix(shapes.count))
        var flowMarks: [String: Point] = [:]
        for edge in layout.edges where shapes[edge.from].task != nil && shapes[edge.to].task != nil {
            flowMarks[implicitCondition(from: shapes[edge.from].id, to: shapes[edge.to].id)] = Point(x: edge.mark.x, y: edge.mark.y)
        }
        self.flowMarks = flowMarks
        let places = self.places
        heads = layout.heads.map { head in
            // Into a condition the arrow points at the circle, not at what its name takes up.
            let circle = zip(shapes, places).first { $0.task == nil && !head.isBackward && $1.x == head.x + 1 && $1.y + 1 == head.y }?.1
            return (Point(x: circle.map { $0.x + $0.width / 2 - 2 } ?? head.x, y: head.y), head.isBackward)
        }
        base = Self.lines(of: layout, shapes)
    }

    private static func shape(_ element: NetElement, in specification: Specification?) -> Shape {
        switch element {
        case .condition(let condition):
            return Shape(id: condition.id, label: shortened(condition.name ?? condition.id), task: nil, kind: "", condition: condition.kind)
        case .task(let task):
            let kind: String
            switch task.decomposition.flatMap({ specification?.decomposition($0) }) {
            case .net: kind = "net"
            case .gateway(let gateway): kind = gateway.serviceName != nil ? "service" : gateway.isAutomated ? "automatic" : ""
            case nil: kind = specification == nil ? "" : "empty"
            }
            let many = task.multipleInstances?.isMultiple == true ? "many" : ""
            return Shape(
                id: task.id, label: shortened(task.label), task: task, kind: [kind, many].filter { !$0.isEmpty }.joined(separator: " "),
                condition: .plain)
        }
    }

    private static func shortened(_ label: String) -> String { Sanitizer.line(label).truncated(to: longestLabel, ellipsis: "..") }

    private static func node(_ shape: Shape) -> LayeredLayout.Node {
        // A task's state is written on its lower edge and needs some room.
        shape.task == nil
            ? LayeredLayout.Node(width: max(shape.label.cellWidth, 3), height: 3, port: 1)
            : LayeredLayout.Node(width: max(shape.label.cellWidth, shape.kind.cellWidth + 1, 9) + 6, height: 4, port: 1)
    }

    private static func lines(of layout: LayeredLayout, _ shapes: [Shape]) -> Drawing {
        var drawing = Drawing(width: layout.width, height: layout.height)
        for piece in layout.pieces {
            if piece.y1 == piece.y2 {
                drawing.line(fromX: piece.x1, toX: piece.x2, y: piece.y1)
            } else {
                drawing.line(x: piece.x1, fromY: piece.y1, toY: piece.y2)
            }
        }
        for joint in layout.joints { drawing.join(x: joint.x, y: joint.y) }
        // From the edge of what a condition takes up to its circle.
        for (node, shape) in zip(layout.nodes, shapes) where shape.task == nil {
            let middle = node.x + node.width / 2
            if layout.edges.contains(where: { !$0.isBackward && shapes[$0.to].id == shape.id }) {
                drawing.line(fromX: node.x - 1, toX: middle, y: node.y + 1)
            }
            if layout.edges.contains(where: { !$0.isBackward && shapes[$0.from].id == shape.id }) {
                drawing.line(fromX: middle, toX: node.x + node.width, y: node.y + 1)
            }
            for edge in layout.edges where edge.isBackward {
                let isTarget = shapes[edge.to].id == shape.id
                guard isTarget || shapes[edge.from].id == shape.id else { continue }
                drawing.line(fromX: middle, toX: isTarget ? node.x + node.width : node.x - 1, y: node.y + 2)
                drawing.line(x: middle, fromY: node.y + 1, toY: node.y + 2)
                drawing.join(x: middle, y: node.y + 2)
            }
        }
        return drawing
    }

    // MARK: Drawing

    func drawing(_ marks: Marks = Marks()) -> Drawing {
        var drawing = base
        func sign(_ count: Int) -> String { count == 1 ? "●" : count < 10 ? String(count) : "+" }
        for (shape, node) in zip(shapes, places) {
            if let task = shape.task {
                draw(task, shape, node, marks.tasks[shape.id], on: &drawing)
            } else {
                let middle = node.x + node.width / 2
                drawing.write(shape.label, x: middle - shape.label.cellWidth / 2, y: node.y, tone: .dim)
                let count = marks.tokens[shape.id] ?? 0
                let empty = shape.condition == .input ? ">" : shape.condition == .output ? "■" : " "
                drawing.write(
                    "(" + (count > 0 ? sign(count) : empty) + ")", x: middle - 1, y: node.y + 1, tone: count > 0 ? .warning : .plain)
                if count > 0, drawing.focus == nil { drawing.focus = Point(x: middle, y: node.y + 1) }
            }
        }
        for head in heads {
            drawing.write(head.isBackward ? "◂" : "▸", x: head.place.x, y: head.place.y, tone: .line)
        }
        for (condition, place) in flowMarks {
            guard let count = marks.tokens[condition], count > 0 else { continue }
            drawing.write(sign(count), x: place.x, y: place.y, tone: .warning)
            if drawing.focus == nil { drawing.focus = place }
        }
        // Where somebody works is what one wants to see first.
        if let active = zip(shapes, places).first(where: { marks.tasks[$0.0.id] != nil })?.1 {
            drawing.focus = Point(x: active.x + active.width / 2, y: active.y + 1)
        }
        return drawing
    }

    /// The middle of a task's or condition's place.
    func centre(of element: String) -> Point? {
        guard let index = shapes.firstIndex(where: { $0.id == element }) else { return nil }
        return Point(x: places[index].x + places[index].width / 2, y: places[index].y + places[index].height / 2)
    }

    private func draw(_ task: NetTask, _ shape: Shape, _ node: LayeredLayout.Node, _ mark: Marks.Mark?, on drawing: inout Drawing) {
        drawing.box(Rect(x: node.x, y: node.y, width: node.width, height: node.height), tone: mark?.tone ?? .plain)
        let text = node.x + 3
        drawing.write(shape.label, x: text, y: node.y + 1, tone: mark == nil ? .plain : .title)
        if !shape.kind.isEmpty { drawing.write(shape.kind, x: node.x + 2, y: node.y, tone: .dim) }
        if shape.hasManyIn { drawing.write(Self.sign(task.join), x: node.x + 1, y: node.y + 1, tone: .accent) }
        if shape.hasManyOut { drawing.write(Self.sign(task.split), x: node.x + node.width - 2, y: node.y + 1, tone: .accent) }
        let itself = shape.flowsToItself ? "↺ " : ""
        if let mark {
            drawing.write((itself + mark.text).truncated(to: node.width - 4, ellipsis: ".."), x: text, y: node.y + 2, tone: mark.tone)
        } else if !itself.isEmpty {
            drawing.write(itself, x: text, y: node.y + 2, tone: .dim)
        }
    }

    private static func sign(_ type: ControlType) -> String {
        switch type {
        case .and: "∧"
        case .or: "∨"
        case .xor: "×"
        }
    }

    /// What the signs mean, for below a picture.
    static let legend = "\(sign(.and)) all  \(sign(.or)) some  \(sign(.xor)) one   ● token"
}
