// The geometry of drawn nets, on graphs of all kinds.

import Foundation
import Support
import Testing

@testable import Catalog
@testable import Panes

@Suite struct LayeredLayoutTests {
    private static func layout(_ count: Int, _ edges: [(from: Int, to: Int)]) -> LayeredLayout {
        LayeredLayout(nodes: (0 ..< count).map { LayeredLayout.Node(width: 4 + $0 % 5, height: 4, port: 1) }, edges: edges, start: 0)
    }

    @Test func aChainIsOneStraightLine() {
        let layout = Self.layout(4, [(0, 1), (1, 2), (2, 3)])
        #expect(Set(layout.nodes.map(\.y)) == [0])
        let isInOrder = zip(layout.nodes, layout.nodes.dropFirst()).allSatisfy { $0.x + $0.width < $1.x }
        #expect(isInOrder)
    }

    @Test func aLoopRunsBackBelow() {
        let layout = Self.layout(3, [(0, 1), (1, 2), (2, 1)])
        #expect(layout.heads.filter(\.isBackward).count == 1)
        #expect(layout.nodes[1].x < layout.nodes[2].x)
    }

    /// Nothing overlaps, whatever the graph: nodes keep apart, lines do not run through nodes, and two bundles of lines never lie
    /// on each other.
    @Test func nothingLiesOnAnythingElse() {
        let seed = UInt64(ProcessInfo.processInfo.environment["MIZZEN_SEED"] ?? "") ?? .random(in: 0 ... UInt64.max)
        var random = SeededRandom(seed)
        for _ in 0 ..< 60 {
            let count = 2 + random.roll(25)
            var edges: [(from: Int, to: Int)] = [], seen: Set<[Int]> = []
            for _ in 0 ..< (count + random.roll(count)) {
                let edge = (from: random.roll(count), to: random.roll(count))
                if seen.insert([edge.from, edge.to]).inserted { edges.append(edge) }
            }
            let layout = Self.layout(count, edges)
            let boxes = layout.nodes.prefix(count)
            for (index, a) in boxes.enumerated() {
                #expect(a.x >= 0 && a.y >= 0 && a.x + a.width <= layout.width && a.y + a.height <= layout.height, "seed \(seed)")
                for b in boxes.dropFirst(index + 1) {
                    let isApart = a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y
                    #expect(isApart, "seed \(seed)")
                }
                for piece in layout.pieces {
                    let (left, right, top, bottom) = (
                        min(piece.x1, piece.x2), max(piece.x1, piece.x2), min(piece.y1, piece.y2), max(piece.y1, piece.y2)
                    )
                    let isThrough = left < a.x + a.width && right >= a.x && top < a.y + a.height && bottom >= a.y
                    #expect(!isThrough, "seed \(seed): a line runs through a node")
                }
            }
            // Upright lines of different ways never share a cell; those of one way are one piece.
            var cells: Set<[Int]> = []
            for piece in layout.pieces where piece.x1 == piece.x2 && piece.y1 != piece.y2 {
                for y in min(piece.y1, piece.y2) ... max(piece.y1, piece.y2) {
                    #expect(cells.insert([piece.x1, y]).inserted, "seed \(seed): two lines in one column")
                }
            }
            let marks = layout.edges.map { [$0.mark.x, $0.mark.y] }
            #expect(Set(marks).count == marks.count, "seed \(seed): two flows show their tokens in one place")
        }
    }
}
