// Control sequences: `ESC [ parameters final` and `ESC O final`, as xterm, VT220, rxvt, the Linux console and kitty send keys.

extension InputDecoder {
    mutating func ss3(_ byte: UInt8, _ events: inout [InputEvent]) {
        sequence.append(byte)
        // Some terminals put the modifier between: ESC O 5 P.
        if (0x30 ... 0x39).contains(byte), sequence.count < 6 { return }
        if byte == 0x1B {
            events.append(.key(KeyChord(.character("O"), .alt)))
            finish()
            sequence = [byte]
            state = .escape
            return
        }
        let modifier = sequence.count > 3 ? Int(sequence[2]) - 0x30 : 1
        if let key = Self.finals[byte] ?? Self.keypad[byte] {
            events.append(.key(KeyChord(key, modifiers(modifier))))
        } else {
            events.append(.unknown(sequence))
        }
        finish()
    }

    mutating func csi(_ byte: UInt8, _ events: inout [InputEvent]) {
        switch byte {
        case 0x1B:
            // Cut off: the new ESC begins the next one. After a bare ESC [ it was Alt with [.
            events.append(sequence.count == 2 ? .key(KeyChord(.character("["), .alt)) : .unknown(sequence))
            finish()
            sequence = [byte]
            state = .escape
        case 0x20 ... 0x3F:
            // The Linux console's F1 to F5 are ESC [ [ A; parameters otherwise.
            if sequence.count < Self.longestSequence { sequence.append(byte) }
        case 0x5B where sequence.count == 2: sequence.append(byte)
        case 0x4D where sequence.count == 2:
            sequence.append(byte)
            state = .x10
        case 0x24 where sequence.count > 2: sequence.append(byte)
        case 0x40 ... 0x7E:
            sequence.append(byte)
            finishCSI(&events)
        case 0x18, 0x1A: finish()
        default:
            events.append(.unknown(sequence + [byte]))
            finish()
        }
    }

    private mutating func finishCSI(_ events: inout [InputEvent]) {
        let all = sequence
        let wasAlt = alt
        finish()
        let final = all[all.count - 1]
        let body = all[2 ..< (all.count - 1)]
        if let first = body.first, first == 0x3C, final == 0x4D || final == 0x6D {
            events.append(Self.mouse(Self.numbers(body.dropFirst()), released: final == 0x6D) ?? .unknown(all))
            return
        }
        if body.first == 0x5B, body.count == 1, (0x41 ... 0x45).contains(final) {
            events.append(.key(KeyChord(.function(Int(final) - 0x40))))
            return
        }
        // Replies carry a private mark (DA: ESC [ ? … c, ESC [ > … c) or an intermediate (DECRPM: … $ y): not keys.
        if body.contains(where: { $0 < 0x30 || $0 > 0x3B }) {
            // rxvt's shifted keys end in $ and are shorter than any reply.
            events.append(.unknown(all))
            return
        }
        if final == 0x7E, Self.numbers(body).first == 200 {
            state = .paste
            pasted.removeAll(keepingCapacity: true)
            return
        }
        guard let event = key(final, Self.numbers(body), wasAlt) else {
            events.append(.unknown(all))
            return
        }
        events.append(event)
    }

    private func key(_ final: UInt8, _ numbers: [Int], _ wasAlt: Bool) -> InputEvent? {
        var held = modifiers(numbers.count > 1 ? numbers[1] : 1)
        if wasAlt { held.insert(.alt) }
        switch final {
        case 0x49: return numbers.isEmpty ? .focus(true) : nil
        case 0x4F: return numbers.isEmpty ? .focus(false) : nil
        case 0x5A: return .key(KeyChord(.tab, held.union(.shift)))
        case 0x52:
            // ESC [ row ; column R is a cursor report unless the row is 1, where it is F3 with modifiers.
            return numbers.isEmpty || numbers.first == 1 && (2 ... 16).contains(numbers.last ?? 0) && numbers.count == 2
                ? .key(KeyChord(.function(3), held)) : nil
        case 0x7E:
            guard let number = numbers.first else { return nil }
            if number == 27, numbers.count == 3 { return unicodeKey(numbers[2], held) }
            return Self.tildes[number].map { .key(KeyChord($0, held)) }
        case 0x75:
            guard let code = numbers.first else { return nil }
            return unicodeKey(code, held)
        default:
            return Self.finals[final].map { .key(KeyChord($0, held)) }
        }
    }

    /// A key by its Unicode number (kitty's `CSI u`, xterm's modifyOtherKeys).
    private func unicodeKey(_ code: Int, _ held: Modifiers) -> InputEvent? {
        switch code {
        case 9: return .key(KeyChord(.tab, held))
        case 13, 57414: return .key(KeyChord(.enter, held))
        case 27: return .key(KeyChord(.escape, held))
        case 8, 127: return .key(KeyChord(.backspace, held))
        default:
            guard code >= 32, code < 0xE000 || code > 0xF8FF, let number = UInt32(exactly: code), let scalar = Unicode.Scalar(number) else {
                return nil
            }
            var character = Character(scalar)
            if held.contains(.shift), let upper = String(character).uppercased().first { character = upper }
            return .key(KeyChord(.character(character), held.subtracting(.shift)))
        }
    }

    /// xterm's modifier number: 1 plus shift 1, alt 2, control 4, meta 8.
    private func modifiers(_ number: Int) -> Modifiers {
        let bits = max(number, 1) - 1
        var result: Modifiers = []
        if bits & 1 != 0 { result.insert(.shift) }
        if bits & 10 != 0 { result.insert(.alt) }
        if bits & 4 != 0 { result.insert(.control) }
        return result
    }

    /// Parameters separated by `;`; sub-parameters after `:` are dropped. Each at most 1,000,000, an empty one counts as 0.
    static func numbers(_ bytes: ArraySlice<UInt8>) -> [Int] {
        guard !bytes.isEmpty else { return [] }
        return bytes.split(separator: 0x3B, omittingEmptySubsequences: false).map { part in
            var value = 0
            for byte in part.prefix(while: { $0 != 0x3A }) where (0x30 ... 0x39).contains(byte) {
                value = min(value * 10 + Int(byte - 0x30), 1_000_000)
            }
            return value
        }
    }

    private static let finals: [UInt8: Key] = [
        0x41: .up, 0x42: .down, 0x43: .right, 0x44: .left, 0x46: .end, 0x48: .home, 0x50: .function(1), 0x51: .function(2),
        0x53: .function(4),
    ]

    /// Keys of the numeric pad and F3, which only SS3 sends.
    private static let keypad: [UInt8: Key] = [
        0x52: .function(3), 0x4D: .enter, 0x6A: .character("*"), 0x6B: .character("+"), 0x6C: .character(","), 0x6D: .character("-"),
        0x6E: .character("."), 0x6F: .character("/"), 0x70: .character("0"), 0x71: .character("1"), 0x72: .character("2"),
        0x73: .character("3"), 0x74: .character("4"), 0x75: .character("5"), 0x76: .character("6"), 0x77: .character("7"),
        0x78: .character("8"), 0x79: .character("9"),
    ]

    private static let tildes: [Int: Key] = [
        1: .home, 2: .insert, 3: .delete, 4: .end, 5: .pageUp, 6: .pageDown, 7: .home, 8: .end, 11: .function(1), 12: .function(2),
        13: .function(3), 14: .function(4), 15: .function(5), 17: .function(6), 18: .function(7), 19: .function(8), 20: .function(9),
        21: .function(10), 23: .function(11), 24: .function(12), 25: .function(13), 26: .function(14), 28: .function(15),
        29: .function(16), 31: .function(17), 32: .function(18), 33: .function(19), 34: .function(20),
    ]
}
