/// The formal definition of a net's behaviour, as short and plain as it can be put: every interleaving, OR joins by looking for a
/// run that brings a further token. For small nets only; what is larger than its bounds it says (nil), it never guesses.
///
/// Written from the definition, sharing nothing with the product, which is compared with it.
public final class FormalNet {
    /// Tokens by place, four bits each: conditions first, then the busy places of tasks.
    public struct Bag: Hashable, Sendable {
        var low: UInt64 = 0
        var high: UInt64 = 0

        public init() {}

        public subscript(place: Int) -> Int {
            get { Int(truncatingIfNeeded: (place < 16 ? low &>> UInt64(place * 4) : high &>> UInt64(place * 4 - 64)) & 15) }
            set {
                let shift = UInt64(place < 16 ? place * 4 : place * 4 - 64)
                if place < 16 {
                    low = low & ~(15 &<< shift) | UInt64(newValue) &<< shift
                } else {
                    high = high & ~(15 &<< shift) | UInt64(newValue) &<< shift
                }
            }
        }

        public var isEmpty: Bool { low == 0 && high == 0 }
    }

    public struct Task {
        public let id: String
        public let join: RandomNet.Code
        public let busy: Int
        public let ways: [Int]
        /// Every set of places the split may mark.
        public let outcomes: [[Int]]
        public let resets: [Int]
    }

    public static let maxPlaces = 32
    /// More tokens in one place than this are beyond the reference.
    public static let maxTokens = 6
    static let maxReach = 4_000

    public let places: [String]
    public let number: [String: Int]
    public let tasks: [Task]
    public let input: Int
    public let output: Int
    private var known: [JoinQuestion: Bool?] = [:]

    private struct JoinQuestion: Hashable {
        let task: Int
        let bag: Bag
    }

    /// Nil when it has more places than the reference can count.
    public init?(_ net: RandomNet) {
        let ids = Set(net.tasks.map(\.id))
        func place(_ task: RandomNet.Task, _ target: String) -> String { ids.contains(target) ? "c{\(task.id)_\(target)}" : target }
        places =
            net.conditions.map(\.id) + net.tasks.flatMap { task in task.targets.filter(ids.contains).map { place(task, $0) } }
            + net.tasks.map { "busy " + $0.id }
        guard places.count <= Self.maxPlaces else { return nil }
        let number = Dictionary(places.enumerated().map { ($1, $0) }) { $1 }
        self.number = number
        tasks = net.tasks.map { task in
            let explicit = net.conditions.filter { $0.targets.contains(task.id) }.map(\.id)
            let implicit = net.tasks.filter { $0.targets.contains(task.id) }.map { "c{\($0.id)_\(task.id)}" }
            let out = task.targets.compactMap { number[place(task, $0)] }
            let outcomes: [[Int]] =
                switch task.split {
                case .and: [out]
                case .xor: out.map { [$0] }
                case .or: (1 ..< (1 << out.count)).map { set in out.indices.filter { set >> $0 & 1 == 1 }.map { out[$0] } }
                }
            let removed =
                task.removes.map { ids.contains($0) ? "busy " + $0 : $0 } + task.removedFlows.map { "c{\($0.source)_\($0.target)}" }
            return Task(
                id: task.id, join: task.join, busy: number["busy " + task.id] ?? 0, ways: (explicit + implicit).compactMap { number[$0] },
                outcomes: outcomes, resets: removed.compactMap { number[$0] })
        }
        input = number["i"] ?? 0
        output = number["o"] ?? 0
    }

    public var initial: Bag {
        var bag = Bag()
        bag[input] = 1
        return bag
    }

    public func marked(_ task: Task, _ bag: Bag) -> [Int] { task.ways.filter { bag[$0] > 0 } }

    /// Nil: an OR join the reference cannot decide within its bounds.
    public func isEnabled(_ index: Int, _ bag: Bag) -> Bool? {
        let task = tasks[index]
        guard bag[task.busy] == 0, bag[output] == 0 else { return false }
        let marked = marked(task, bag)
        switch task.join {
        case .and: return !task.ways.isEmpty && marked.count == task.ways.count
        case .xor: return !marked.isEmpty
        case .or:
            if marked.isEmpty { return false }
            if marked.count == task.ways.count { return true }
            let question = JoinQuestion(task: index, bag: bag)
            if let answer = known[question] { return answer }
            let answer = moreCanArrive(index, bag).map { !$0 }
            known[question] = .some(answer)
            return answer
        }
    }

    /// Is there a run of the reset net, without the join itself and with other OR joins as XOR joins, that leaves a token wherever the
    /// join has one now and brings one to a further way in?
    private func moreCanArrive(_ join: Int, _ bag: Bag) -> Bool? {
        let now = marked(tasks[join], bag).count, needed = marked(tasks[join], bag)
        var seen: Set<Bag> = [bag], open = [bag], isCut = false
        while let bag = open.popLast() {
            for (index, task) in tasks.enumerated() {
                var results: [Bag] = []
                if index != join { results += startings(task, bag, orAsXor: true) }
                if bag[task.busy] > 0 { results += endings(task, bag) }
                for result in results where seen.insert(result).inserted {
                    if needed.allSatisfy({ result[$0] > 0 }), marked(tasks[join], result).count > now { return true }
                    if seen.count > Self.maxReach || isTooFull(result) { isCut = true } else { open.append(result) }
                }
            }
        }
        return isCut ? nil : false
    }

    public func isTooFull(_ bag: Bag) -> Bool { places.indices.contains { bag[$0] > Self.maxTokens } }

    /// The markings after the task has started, whatever it takes.
    private func startings(_ task: Task, _ bag: Bag, orAsXor: Bool) -> [Bag] {
        let marked = marked(task, bag)
        var results: [Bag] = []
        if task.join == .xor || task.join == .or && orAsXor {
            for way in marked {
                var next = bag
                next[way] -= 1
                next[task.busy] += 1
                results.append(next)
            }
        } else if !marked.isEmpty, task.join == .or || marked.count == task.ways.count {
            var next = bag
            for way in marked { next[way] -= 1 }
            next[task.busy] += 1
            results.append(next)
        }
        return results
    }

    private func endings(_ task: Task, _ bag: Bag) -> [Bag] {
        var emptied = bag
        emptied[task.busy] -= 1
        for place in task.resets { emptied[place] = 0 }
        return task.outcomes.map { outcome in
            var next = emptied
            for place in outcome { next[place] += 1 }
            return next
        }
    }

    /// What can happen next; nil when that is beyond the reference. Nothing after the output condition is marked.
    public func next(_ bag: Bag) -> [(task: Int, isStart: Bool, bag: Bag)]? {
        guard bag[output] == 0 else { return [] }
        var all: [(task: Int, isStart: Bool, bag: Bag)] = []
        for index in tasks.indices {
            for isStart in [true, false] {
                guard let bags = next(bag, task: index, isStart: isStart) else { return nil }
                all += bags.map { (index, isStart, $0) }
            }
        }
        return all
    }

    /// The markings one task's start or end may lead to; empty when it may not do that, nil when that is beyond the reference.
    public func next(_ bag: Bag, task index: Int, isStart: Bool) -> [Bag]? {
        let task = tasks[index]
        guard isStart else { return bag[task.busy] > 0 ? endings(task, bag) : [] }
        return isEnabled(index, bag).map { $0 ? startings(task, bag, orAsXor: false) : [] }
    }

    // MARK: Soundness

    public struct Verdict: Equatable {
        public var isSound: Bool
        public var isWeaklySound: Bool
        public var deadTasks: [String]
        /// `TASK removes ELEMENT` where it never does.
        public var reducible: [String]
        /// `TASK and` or `TASK xor`.
        public var needless: [String]
        public var states: Int
    }

    /// Nil when the net has more markings than can be looked at one by one.
    public func soundness(maxStates: Int = 3_000) -> Verdict? {
        var number: [Bag: Int] = [initial: 0], bags = [initial], before: [[Int]] = [[]]
        var started: Set<Int> = [], emptied: Set<String> = [], waysTaken: [Int: Set<Int>] = [:]
        var at = 0
        while at < bags.count {
            guard let moves = next(bags[at]) else { return nil }
            for move in moves {
                let task = tasks[move.task]
                if move.isStart {
                    started.insert(move.task)
                    if task.join == .or { waysTaken[move.task, default: []].insert(marked(task, bags[at]).count) }
                } else {
                    for place in task.resets where place != task.busy && bags[at][place] > 0 {
                        emptied.insert("\(task.id) removes \(places[place])")
                    }
                }
                guard !isTooFull(move.bag), bags.count <= maxStates else { return nil }
                if let known = number[move.bag] {
                    before[known].append(at)
                } else {
                    number[move.bag] = bags.count
                    bags.append(move.bag)
                    before.append([at])
                }
            }
            at += 1
        }
        var canComplete = Set(bags.indices.filter { bags[$0][output] > 0 }), open = Array(canComplete)
        let hasEnd = !open.isEmpty
        while let state = open.popLast() {
            for earlier in before[state] where canComplete.insert(earlier).inserted { open.append(earlier) }
        }
        var end = Bag()
        end[output] = 1
        let isProper = bags.allSatisfy { $0[output] == 0 || $0 == end }
        let dead = tasks.indices.filter { !started.contains($0) }
        let reducible = tasks.indices.filter(started.contains).flatMap { index in
            tasks[index].resets.map { "\(tasks[index].id) removes \(places[$0])" }.filter { !emptied.contains($0) }
        }
        let needless = tasks.indices.filter { tasks[$0].join == .or && tasks[$0].ways.count > 1 }.compactMap { index in
            waysTaken[index] == [tasks[index].ways.count]
                ? "\(tasks[index].id) and" : waysTaken[index] == [1] ? "\(tasks[index].id) xor" : nil
        }
        return Verdict(
            isSound: canComplete.count == bags.count && isProper && dead.isEmpty, isWeaklySound: hasEnd && isProper && dead.isEmpty,
            deadTasks: dead.map { tasks[$0].id }, reducible: reducible.sorted(), needless: needless.sorted(), states: bags.count)
    }
}
