/// A compiled regular expression and the machine that runs it over UTF-8: backtracking with a stack of its own, every step paid
/// for from the evaluation's budget, so no pattern can run away.
final class Pattern: Sendable {
    enum Instruction: Sendable {
        case byte(UInt8)
        case set(CharacterClass)
        /// One class repeated: as many or as few as the rest allows.
        case repeatSet(CharacterClass, least: Int, most: Int, greedy: Bool)
        /// Tries the first, then the second.
        case split(Int, Int)
        case jump(Int)
        case save(Int)
        /// Remembers where a round of a loop began; a round that took nothing is the last.
        case mark(Int)
        case again(Int, to: Int)
        case lineStart, lineEnd
        case back(Int)
        case match
    }

    private static let maxInstructions = 10_000
    /// Choices left open at once; each takes 40 bytes.
    private static let maxPending = 250_000

    /// Number of groups that capture.
    let groups: Int
    private let code: [Instruction]
    private let marks: Int
    private let flags: PatternParser.Flags

    init(_ text: String, flags: PatternParser.Flags) throws(XQueryError) {
        var parser = try PatternParser(text, flags)
        var emitter = Emitter()
        try emitter.emit(.group(0, try parser.parse()))
        try emitter.add(.match)
        code = emitter.code
        marks = emitter.marks
        groups = parser.groups
        self.flags = flags
    }

    // MARK: Compilation

    private struct Emitter {
        var code: [Instruction] = []
        var marks = 0

        mutating func add(_ instruction: Instruction) throws(XQueryError) {
            guard code.count < Pattern.maxInstructions else {
                throw PatternParser.invalid("it is too large when its quantities are written out")
            }
            code.append(instruction)
        }

        mutating func emit(_ part: PatternParser.Part) throws(XQueryError) {
            switch part {
            case .empty: break
            case .character(let value):
                guard let scalar = Unicode.Scalar(value) else { return }
                for byte in UTF8.encode(scalar) ?? UTF8.EncodedScalar() { try add(.byte(byte)) }
            case .set(let set): try add(.set(set))
            case .sequence(let parts): for part in parts { try emit(part) }
            case .choice(let branches):
                var ends: [Int] = []
                for (number, branch) in branches.enumerated() {
                    let here = code.count
                    let isLast = number == branches.count - 1
                    if !isLast { try add(.jump(0)) }
                    try emit(branch)
                    if !isLast {
                        ends.append(code.count)
                        try add(.jump(0))
                        code[here] = .split(here + 1, code.count)
                    }
                }
                for end in ends { code[end] = .jump(code.count) }
            case .group(let number, let inner):
                try add(.save(number * 2))
                try emit(inner)
                try add(.save(number * 2 + 1))
            case .back(let number): try add(.back(number))
            case .lineStart: try add(.lineStart)
            case .lineEnd: try add(.lineEnd)
            case .loop(let inner, let least, let most, let greedy): try loop(inner, least, most, greedy)
            }
        }

        private mutating func loop(_ inner: PatternParser.Part, _ least: Int, _ most: Int, _ greedy: Bool) throws(XQueryError) {
            if case .set(let set) = inner { return try add(.repeatSet(set, least: least, most: most, greedy: greedy)) }
            if case .character(let value) = inner {
                return try add(.repeatSet(CharacterClass([.range(value ... value)]), least: least, most: most, greedy: greedy))
            }
            for _ in 0 ..< least {
                let before = code.count
                try emit(inner)
                if code.count == before { return }
            }
            if most == .max {
                let mark = marks
                marks += 1
                let start = code.count
                try add(.jump(0))
                try add(.mark(mark))
                try emit(inner)
                try add(.again(mark, to: start))
                code[start] = greedy ? .split(start + 1, code.count) : .split(code.count, start + 1)
            } else {
                var splits: [Int] = []
                for _ in least ..< most {
                    splits.append(code.count)
                    try add(.jump(0))
                    let before = code.count
                    try emit(inner)
                    if code.count == before { break }
                }
                for split in splits { code[split] = greedy ? .split(split + 1, code.count) : .split(code.count, split + 1) }
            }
        }
    }

    // MARK: Running

    /// What to do when the way taken leads nowhere.
    private enum Pending {
        case branch(pc: Int, at: Int)
        case unsave(Int, Int)
        case unmark(Int, Int)
        /// A repeated class that could give back what it took, down to `least`.
        case shorter(pc: Int, at: Int, least: Int)
        /// One that could take more, `left` more at most.
        case longer(pc: Int, at: Int, left: Int)
    }

    /// The first match at or after a place: for each group its bounds, -1 where it took no part. nil without a match.
    func firstMatch(in text: [UInt8], from start: Int, _ c: Evaluation) throws(XQueryError) -> [Int]? {
        var at = start
        while at <= text.count {
            if let found = try match(text, at, c) { return found }
            at += 1
            while at < text.count && text[at] & 0xC0 == 0x80 { at += 1 }
        }
        return nil
    }

    private func match(_ text: [UInt8], _ start: Int, _ c: Evaluation) throws(XQueryError) -> [Int]? {
        var saved = Array(repeating: -1, count: (groups + 1) * 2)
        var marked = Array(repeating: -1, count: marks)
        var pending: [Pending] = []
        var pc = 0, at = start, steps = 0
        while true {
            steps += 1
            if steps >= 256 {
                try c.step(steps)
                steps = 0
                guard pending.count <= Self.maxPending else {
                    throw XQueryError(
                        code: "MZQL0004", message: "the regular expression leaves too many choices open on this text", kind: .limit)
                }
            }
            var fails = false
            switch code[pc] {
            case .byte(let byte):
                if at < text.count && text[at] == byte {
                    at += 1
                    pc += 1
                } else {
                    fails = true
                }
            case .set(let set):
                if let end = Self.take(set, text, at) {
                    at = end
                    pc += 1
                } else {
                    fails = true
                }
            case .repeatSet(let set, let least, let most, let greedy):
                var count = 0
                let wanted = greedy ? most : least
                var floor = least == 0 ? at : -1
                while count < wanted, let end = Self.take(set, text, at) {
                    at = end
                    count += 1
                    if count == least { floor = at }
                }
                steps += count >> 3
                pc += 1
                if count < least {
                    fails = true
                } else if greedy {
                    if at > floor { pending.append(.shorter(pc: pc, at: at, least: floor)) }
                } else if most > least {
                    pending.append(.longer(pc: pc - 1, at: at, left: most == .max ? .max : most - least))
                }
            case .split(let first, let second):
                pending.append(.branch(pc: second, at: at))
                pc = first
            case .jump(let target): pc = target
            case .save(let slot):
                pending.append(.unsave(slot, saved[slot]))
                saved[slot] = at
                pc += 1
            case .mark(let slot):
                pending.append(.unmark(slot, marked[slot]))
                marked[slot] = at
                pc += 1
            case .again(let slot, let target): pc = marked[slot] == at ? pc + 1 : target
            case .lineStart:
                if at == 0 || (flags.multiline && text[at - 1] == 10 && at < text.count) { pc += 1 } else { fails = true }
            case .lineEnd:
                if at == text.count || (flags.multiline && text[at] == 10) { pc += 1 } else { fails = true }
            case .back(let group):
                if let end = repeated(text, saved[group * 2], saved[group * 2 + 1], at) {
                    steps += (end - at) >> 3
                    at = end
                    pc += 1
                } else {
                    fails = true
                }
            case .match:
                try c.step(steps)
                return saved
            }
            guard fails else { continue }
            var resumed = false
            while !resumed, let last = pending.popLast() {
                switch last {
                case .branch(let place, let position):
                    (pc, at) = (place, position)
                    resumed = true
                case .unsave(let slot, let value): saved[slot] = value
                case .unmark(let slot, let value): marked[slot] = value
                case .shorter(let place, var position, let least):
                    repeat { position -= 1 } while position > least && text[position] & 0xC0 == 0x80
                    if position > least { pending.append(.shorter(pc: place, at: position, least: least)) }
                    (pc, at) = (place, position)
                    resumed = true
                case .longer(let place, let position, let left):
                    guard case .repeatSet(let set, _, _, _) = code[place], let end = Self.take(set, text, position) else { continue }
                    if left > 1 { pending.append(.longer(pc: place, at: end, left: left == .max ? .max : left - 1)) }
                    (pc, at) = (place + 1, end)
                    resumed = true
                }
            }
            if !resumed {
                try c.step(steps + 1)
                return nil
            }
        }
    }

    /// The place after one character of the class.
    private static func take(_ set: CharacterClass, _ text: [UInt8], _ at: Int) -> Int? {
        guard at < text.count else { return nil }
        let first = text[at]
        if first < 0x80 { return set.contains(UInt32(first)) ? at + 1 : nil }
        let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
        guard at + length <= text.count else { return nil }
        var code = UInt32(first) & (0xFF >> UInt32(length + 1))
        for i in 1 ..< length { code = code << 6 | UInt32(text[at + i] & 0x3F) }
        return set.contains(code) ? at + length : nil
    }

    /// The place after a repetition of what a group took; a group without a match counts as empty.
    private func repeated(_ text: [UInt8], _ from: Int, _ to: Int, _ at: Int) -> Int? {
        guard from >= 0, to >= from else { return at }
        let length = to - from
        if !flags.ignoresCase {
            guard at + length <= text.count, text[from ..< to] == text[at ..< at + length] else { return nil }
            return at + length
        }
        var place = at
        for scalar in String(decoding: text[from ..< to], as: UTF8.self).unicodeScalars {
            let variants = [scalar.value] + CharacterClass.caseVariants(scalar.value)
            guard let end = Self.take(CharacterClass(variants.map { .range($0 ... $0) }), text, place) else { return nil }
            place = end
        }
        return place
    }
}
