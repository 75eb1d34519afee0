/// Places the nodes of a directed graph in layers from left to right, so that most edges run that way and few cross, and finds
/// right-angled ways for the edges. Pure geometry in cells; it knows nothing of nets.
///
/// The usual four steps: edges that close a cycle are turned round, layers by the longest way from the start, order within a layer
/// by the middle of the neighbours, heights by least squares under that order. Edges over several layers pass through bends, which
/// are nodes without content.
struct LayeredLayout: Sendable {
    struct Node: Sendable {
        var width: Int
        var height: Int
        /// The row, counted from the node's top, where edges come and go.
        var port: Int
        var x = 0
        var y = 0
        fileprivate(set) var layer = 0
        fileprivate var isBend = false

        init(width: Int, height: Int, port: Int) {
            self.width = width
            self.height = height
            self.port = port
        }
    }

    struct Edge: Sendable {
        let from: Int
        let to: Int
        /// It runs from right to left.
        fileprivate(set) var isBackward = false
        /// A cell that belongs to this edge alone.
        fileprivate(set) var mark = (x: 0, y: 0)

        fileprivate init(from: Int, to: Int) {
            self.from = from
            self.to = to
        }
    }

    /// One straight piece of the way of an edge.
    struct Piece: Sendable {
        let x1, y1, x2, y2: Int
    }

    private(set) var nodes: [Node]
    private(set) var edges: [Edge]
    private(set) var pieces: [Piece] = []
    /// Where pieces turn or part, as against crossing.
    private(set) var joints: [(x: Int, y: Int)] = []
    /// Where edges arrive, and whether from the right.
    private(set) var heads: [(x: Int, y: Int, isBackward: Bool)] = []
    private(set) var width = 0
    private(set) var height = 0

    /// Nodes given, without bends.
    private let count: Int
    private var layers: [[Int]] = []
    /// An edge, or a part of it, from one layer to the next.
    private var segments: [Segment] = []

    private struct Segment {
        let left: Int
        let right: Int
        let edge: Int
    }

    /// - Parameters:
    ///   - edges: pairs of indices of nodes; edges from a node to itself are left out.
    ///   - start: the node to begin with.
    init(nodes: [Node], edges: [(from: Int, to: Int)], start: Int) {
        self.nodes = nodes
        self.edges = edges.filter { $0.from != $0.to }.map { Edge(from: $0.from, to: $0.to) }
        count = nodes.count
        guard !nodes.isEmpty else { return }
        turnCycles(from: start)
        chooseLayers()
        bend()
        orderLayers()
        placeRows()
        route()
    }

    /// The row of the backward port is the one below; bends have a single row.
    private func port(_ node: Int, backward: Bool) -> Int { nodes[node].y + nodes[node].port + (backward && !nodes[node].isBend ? 1 : 0) }

    // MARK: Layers

    /// Depth first from the start: an edge to a node whose visit has not ended closes a cycle.
    private mutating func turnCycles(from start: Int) {
        var outgoing = Array(repeating: [Int](), count: count)
        for (index, edge) in edges.enumerated() { outgoing[edge.from].append(index) }
        var isOpen = Array(repeating: false, count: count), isSeen = isOpen
        for root in [start] + Array(0 ..< count) where !isSeen[root] {
            var stack = [(node: root, next: 0)]
            isSeen[root] = true
            isOpen[root] = true
            while let (node, next) = stack.last {
                guard next < outgoing[node].count else {
                    isOpen[node] = false
                    stack.removeLast()
                    continue
                }
                stack[stack.count - 1].next += 1
                let index = outgoing[node][next], target = edges[index].to
                if isOpen[target] {
                    edges[index].isBackward = true
                } else if !isSeen[target] {
                    isSeen[target] = true
                    isOpen[target] = true
                    stack.append((target, 0))
                }
            }
        }
    }

    private func ends(_ edge: Edge) -> (left: Int, right: Int) { edge.isBackward ? (edge.to, edge.from) : (edge.from, edge.to) }

    private mutating func chooseLayers() {
        var outgoing = Array(repeating: [Int](), count: count), open = Array(repeating: 0, count: count)
        for edge in edges {
            let (left, right) = ends(edge)
            outgoing[left].append(right)
            open[right] += 1
        }
        var ready = (0 ..< count).filter { open[$0] == 0 }
        while let node = ready.popLast() {
            for target in outgoing[node] {
                nodes[target].layer = max(nodes[target].layer, nodes[node].layer + 1)
                open[target] -= 1
                if open[target] == 0 { ready.append(target) }
            }
        }
        layers = Array(repeating: [], count: (nodes.map(\.layer).max() ?? 0) + 1)
        for node in 0 ..< count { layers[nodes[node].layer].append(node) }
    }

    private mutating func bend() {
        for (index, edge) in edges.enumerated() {
            let (left, right) = ends(edge)
            var at = left
            for layer in (nodes[left].layer + 1) ..< max(nodes[right].layer, nodes[left].layer + 1) {
                var node = Node(width: 0, height: 1, port: 0)
                node.layer = layer
                node.isBend = true
                nodes.append(node)
                layers[layer].append(nodes.count - 1)
                segments.append(Segment(left: at, right: nodes.count - 1, edge: index))
                at = nodes.count - 1
            }
            segments.append(Segment(left: at, right: right, edge: index))
        }
    }

    // MARK: Order

    private mutating func orderLayers() {
        var before = Array(repeating: [Int](), count: nodes.count), after = before
        for segment in segments {
            after[segment.left].append(segment.right)
            before[segment.right].append(segment.left)
        }
        var place = Array(repeating: 0, count: nodes.count)
        func number(_ layer: [Int]) { for (index, node) in layer.enumerated() { place[node] = index } }
        for layer in layers { number(layer) }
        var best = layers, fewest = Int.max
        for sweep in 0 ..< 10 {
            let forward = sweep % 2 == 0
            for index in forward ? Array(layers.indices) : layers.indices.reversed() {
                let neighbours = forward ? before : after
                var wanted: [Int: Double] = [:]
                for node in layers[index] {
                    let others = neighbours[node].map { place[$0] }
                    wanted[node] = others.isEmpty ? Double(place[node]) : Double(others.reduce(0, +)) / Double(others.count)
                }
                layers[index].sort { (wanted[$0] ?? 0, place[$0]) < (wanted[$1] ?? 0, place[$1]) }
                number(layers[index])
            }
            let crossings = countCrossings(after, place)
            if crossings < fewest { (fewest, best) = (crossings, layers) }
            if fewest == 0 { break }
        }
        layers = best
    }

    private func countCrossings(_ after: [[Int]], _ place: [Int]) -> Int {
        var total = 0
        for layer in layers {
            // Inversions among the right ends, taken in the order of the left ends.
            var seen: [Int] = []
            for node in layer {
                for target in after[node].map({ place[$0] }).sorted() {
                    var low = 0, high = seen.count
                    while low < high {
                        let middle = (low + high) / 2
                        if seen[middle] <= target { low = middle + 1 } else { high = middle }
                    }
                    total += seen.count - low
                    seen.insert(target, at: low)
                }
            }
        }
        return total
    }

    // MARK: Rows

    private mutating func placeRows() {
        var before = Array(repeating: [Int](), count: nodes.count), after = before
        for segment in segments {
            after[segment.left].append(segment.right)
            before[segment.right].append(segment.left)
        }
        for layer in layers { settle(layer, wanted: { _ in 0 }) }
        for sweep in 0 ..< 9 {
            let forward = sweep % 2 == 0
            let neighbours = forward ? before : after
            for layer in forward ? layers : layers.reversed() {
                let rows = layer.map { node -> Double in
                    let others = neighbours[node].map { Double(nodes[$0].y + nodes[$0].port) }
                    return others.isEmpty ? Double(nodes[node].y + nodes[node].port) : others.reduce(0, +) / Double(others.count)
                }
                settle(layer) { rows[$0] }
            }
        }
        let top = nodes.map(\.y).min() ?? 0
        for node in nodes.indices { nodes[node].y -= top }
    }

    /// Least squares under the order: neighbours that would overlap become a block at their common mean.
    private mutating func settle(_ layer: [Int], wanted: (Int) -> Double) {
        var blocks: [(sum: Double, weight: Double, count: Int)] = []
        var offsets: [Int] = [], offset = 0
        for (index, node) in layer.enumerated() {
            offsets.append(offset)
            // Bends hold their place: a straight line is worth more than a centred box.
            let weight = nodes[node].isBend ? 3.0 : 1.0
            blocks.append(((wanted(index) - Double(nodes[node].port + offset)) * weight, weight, 1))
            while blocks.count > 1,
                blocks[blocks.count - 2].sum / blocks[blocks.count - 2].weight >= blocks[blocks.count - 1].sum
                    / blocks[blocks.count - 1].weight
            {
                let last = blocks.removeLast()
                blocks[blocks.count - 1].sum += last.sum
                blocks[blocks.count - 1].weight += last.weight
                blocks[blocks.count - 1].count += last.count
            }
            offset += nodes[node].height + 1
        }
        var index = 0
        for block in blocks {
            let base = Int((block.sum / block.weight).rounded(.down))
            for _ in 0 ..< block.count {
                nodes[layer[index]].y = base + offsets[index]
                index += 1
            }
        }
    }

    // MARK: Ways

    /// What leaves a node on one side towards the next layer: a trunk, and branches to the rows it goes to.
    private struct Bundle {
        let left: Int
        let isBackward: Bool
        let row: Int
        var ends: [(row: Int, segment: Int)] = []
        var track: Int?
        /// Where two bundles would have to be before each other, one goes round: to this row first, then on a second track.
        var detour: (row: Int, track: Int)?
    }

    private mutating func route() {
        let spans = layers.map { layer in layer.map { nodes[$0].width }.max() ?? 0 }
        var byLayer = Array(repeating: [Int](), count: layers.count)
        for (index, segment) in segments.enumerated() { byLayer[nodes[segment.left].layer].append(index) }
        var x = 0
        for (layer, members) in layers.enumerated() {
            for node in members {
                nodes[node].x = x + (spans[layer] - nodes[node].width) / 2
                if nodes[node].isBend {
                    nodes[node].x = x
                    nodes[node].width = spans[layer]
                    if spans[layer] > 0 { add(x, nodes[node].y, x + spans[layer] - 1, nodes[node].y) }
                }
            }
            let start = x + spans[layer]
            guard layer + 1 < layers.count else {
                width = start
                break
            }
            var bundles = self.bundles(byLayer[layer])
            let tracks = Self.assignTracks(&bundles)
            x = start + 3 + 2 * tracks
            // The next layer's nodes must know their place before lines are drawn to them.
            for node in layers[layer + 1] { nodes[node].x = x + (spans[layer + 1] - nodes[node].width) / 2 }
            for node in layers[layer + 1] where nodes[node].isBend { nodes[node].x = x }
            for bundle in bundles { draw(bundle, from: start) }
        }
        height = nodes.map { $0.y + $0.height }.max() ?? 0
        height = max(height, (pieces.map { max($0.y1, $0.y2) }.max() ?? 0) + 1)
    }

    private func bundles(_ members: [Int]) -> [Bundle] {
        var bundles: [Bundle] = []
        var known: [Int: Int] = [:]
        for index in members {
            let segment = segments[index], backward = edges[segment.edge].isBackward
            let key = segment.left * 2 + (backward ? 1 : 0)
            if known[key] == nil {
                known[key] = bundles.count
                bundles.append(Bundle(left: segment.left, isBackward: backward, row: port(segment.left, backward: backward)))
            }
            if let place = known[key] { bundles[place].ends.append((port(segment.right, backward: backward), index)) }
        }
        return bundles
    }

    /// Gives every bundle that turns a track of its own height, so that no two lines lie on each other.
    /// - Returns: how many tracks there are.
    private static func assignTracks(_ bundles: inout [Bundle]) -> Int {
        let turning = bundles.indices.filter { index in bundles[index].ends.contains { $0.row != bundles[index].row } }
        // Where one begins in a row in which another ends, the first must have turned before the second comes.
        var after = Array(repeating: [Int](), count: bundles.count)
        var ending: [Int: [Int]] = [:]
        for index in turning {
            for end in bundles[index].ends where end.row != bundles[index].row { ending[end.row, default: []].append(index) }
        }
        for index in turning { for other in ending[bundles[index].row] ?? [] where other != index { after[index].append(other) } }
        var open = Array(repeating: 0, count: bundles.count)
        for index in turning { for other in after[index] { open[other] += 1 } }
        var occupied: [[ClosedRange<Int>]] = []
        var least = Array(repeating: 0, count: bundles.count)
        func take(_ range: ClosedRange<Int>, from first: Int) -> Int {
            var track = first
            while track < occupied.count, occupied[track].contains(where: { $0.overlaps(range) }) { track += 1 }
            while occupied.count <= track { occupied.append([]) }
            occupied[track].append(range)
            return track
        }
        var waiting = turning, detours: [Int] = []
        let rows = Set(bundles.flatMap { [$0.row] + $0.ends.map(\.row) })
        var used: Set<Int> = []
        while !waiting.isEmpty {
            // Where all wait for each other, the first goes round.
            let index = waiting.first { open[$0] == 0 } ?? waiting[0]
            let goesRound = open[index] > 0
            waiting.removeAll { $0 == index }
            let ends = bundles[index].ends.map(\.row)
            if goesRound {
                // The nearest row that nothing else uses.
                var distance = 1
                func isFree(_ row: Int) -> Bool { row >= 0 && !rows.contains(row) && !used.contains(row) }
                while !isFree(bundles[index].row + distance), !isFree(bundles[index].row - distance) { distance += 1 }
                let row = isFree(bundles[index].row + distance) ? bundles[index].row + distance : bundles[index].row - distance
                used.insert(row)
                bundles[index].track = take(min(row, bundles[index].row) ... max(row, bundles[index].row), from: least[index])
                bundles[index].detour = (row, 0)
                detours.append(index)
            } else {
                let all = ends + [bundles[index].row]
                bundles[index].track = take((all.min() ?? 0) ... (all.max() ?? 0), from: least[index])
            }
            for other in after[index] {
                open[other] -= 1
                least[other] = max(least[other], (bundles[index].track ?? 0) + 1)
            }
        }
        for index in detours {
            let row = bundles[index].detour?.row ?? 0
            let all = bundles[index].ends.map(\.row) + [row]
            bundles[index].detour = (row, take((all.min() ?? 0) ... (all.max() ?? 0), from: occupied.count))
        }
        return occupied.count
    }

    private mutating func draw(_ bundle: Bundle, from start: Int) {
        let begin = nodes[bundle.left].x + nodes[bundle.left].width
        func column(_ track: Int) -> Int { start + 1 + 2 * track }
        // The column where the ends part from each other, and the row from which they come there.
        var turn = column(bundle.track ?? 0), row = bundle.row
        if bundle.track != nil {
            add(begin, row, turn, row)
            if let detour = bundle.detour {
                add(turn, row, turn, detour.row)
                add(turn, detour.row, column(detour.track), detour.row)
                joints += [(turn, row), (turn, detour.row)]
                (turn, row) = (column(detour.track), detour.row)
            }
            let rows = bundle.ends.map(\.row) + [row]
            add(turn, rows.min() ?? row, turn, rows.max() ?? row)
            joints += rows.map { (turn, $0) }
        }
        for end in bundle.ends {
            let segment = segments[end.segment]
            let target = nodes[segment.right].x - 1
            add(bundle.track == nil ? begin : turn, end.row, target, end.row)
            let edge = segment.edge
            if bundle.isBackward {
                if segment.right == edges[edge].from { edges[edge].mark = bundle.track == nil ? (target - 1, end.row) : (turn, end.row) }
            } else {
                if segment.left == edges[edge].from {
                    edges[edge].mark = bundle.track == nil ? (begin, end.row) : (end.row == row ? turn + 1 : turn, end.row)
                }
                if segment.right == edges[edge].to { heads.append((target, end.row, false)) }
            }
            if bundle.isBackward, segment.left == edges[edge].to { heads.append((begin, bundle.row, true)) }
        }
    }

    private mutating func add(_ x1: Int, _ y1: Int, _ x2: Int, _ y2: Int) { pieces.append(Piece(x1: x1, y1: y1, x2: x2, y2: y2)) }
}
