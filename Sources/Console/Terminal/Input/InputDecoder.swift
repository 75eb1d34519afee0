// Bytes from the terminal to events. ncurses' own input is not used: it blocks on ESC, reads a byte at a time and lets late replies
// become key presses.

/// A pure state machine. Bytes may be cut anywhere between two calls. ESC alone is ambiguous: it is held until more bytes come or
/// the caller, whose clock it is, says that time is up (`isWaiting`, `timeout()`; 20 ms are good).
public struct InputDecoder: Sendable {
    enum State: Hashable, Sendable {
        case ground
        case escape
        /// After ESC [ : parameters and intermediates so far.
        case csi
        /// After ESC O.
        case ss3
        /// Legacy mouse report: three bytes follow ESC [ M.
        case x10
        /// A string nobody asked for (OSC, DCS, APC, PM, SOS) up to its terminator.
        case string(afterEscape: Bool)
        case paste
        /// Inside a UTF-8 character that needs this many more bytes.
        case utf8(missing: Int)
    }

    var state = State.ground
    /// Bytes of the sequence at hand, from its ESC on.
    var sequence: [UInt8] = []
    /// Alt was sent as ESC before what is being read.
    var alt = false
    var pasted: [UInt8] = []

    /// Longest control sequence and longest paste kept; the rest of a longer one is dropped.
    static let longestSequence = 128
    static let longestPaste = 1 << 20

    public init() {}

    /// True while a sequence is begun that could also be a lone key (ESC, Alt with [ or O), so that a timeout is needed.
    public var isWaiting: Bool {
        switch state {
        case .escape, .ss3: true
        case .csi: sequence.count == 2
        default: false
        }
    }

    /// Decodes what was read. Never traps, whatever the bytes.
    public mutating func decode(_ bytes: some Sequence<UInt8>) -> [InputEvent] {
        var events: [InputEvent] = []
        for byte in bytes { step(byte, &events) }
        return events
    }

    /// Tells that nothing came for a while: a held ESC was the key itself.
    public mutating func timeout() -> [InputEvent] {
        defer { reset() }
        switch state {
        case .escape: return Array(repeating: .key(KeyChord(.escape)), count: alt ? 2 : 1)
        case .csi where sequence.count == 2: return [.key(KeyChord(.character("["), .alt))]
        case .ss3: return [.key(KeyChord(.character("O"), .alt))]
        default:
            // Nothing ambiguous: an unfinished sequence stays as it is.
            return []
        }
    }

    mutating func reset() {
        guard isWaiting else { return }
        finish()
    }

    mutating func finish() {
        state = .ground
        sequence.removeAll(keepingCapacity: true)
        alt = false
    }

    private mutating func step(_ byte: UInt8, _ events: inout [InputEvent]) {
        switch state {
        case .ground: ground(byte, &events)
        case .escape: escape(byte, &events)
        case .csi: csi(byte, &events)
        case .ss3: ss3(byte, &events)
        case .x10:
            sequence.append(byte)
            if sequence.count == 6 {
                events.append(legacyMouse())
                finish()
            }
        case .string(let afterEscape): string(byte, afterEscape, &events)
        case .paste: paste(byte, &events)
        case .utf8(let missing): utf8(byte, missing, &events)
        }
    }

    private mutating func ground(_ byte: UInt8, _ events: inout [InputEvent]) {
        let modifiers: Modifiers = alt ? .alt : []
        switch byte {
        case 0x1B:
            sequence = [byte]
            state = .escape
            return
        case 0x00: emit(KeyChord(.character(" "), modifiers.union(.control)), &events)
        case 0x09: emit(KeyChord(.tab, modifiers), &events)
        case 0x0A, 0x0D: emit(KeyChord(.enter, modifiers), &events)
        case 0x08, 0x7F: emit(KeyChord(.backspace, modifiers), &events)
        case 0x01 ... 0x1A:
            emit(KeyChord(.character(Character(Unicode.Scalar(byte + 0x60))), modifiers.union(.control)), &events)
        case 0x1C ... 0x1F:
            emit(KeyChord(.character(Character(Unicode.Scalar(byte + 0x40))), modifiers.union(.control)), &events)
        case 0x20 ..< 0x7F: emit(KeyChord(.character(Character(Unicode.Scalar(byte))), modifiers), &events)
        case 0xC2 ... 0xDF: begin(byte, missing: 1)
        case 0xE0 ... 0xEF: begin(byte, missing: 2)
        case 0xF0 ... 0xF4: begin(byte, missing: 3)
        default:
            events.append(.unknown([byte]))
            finish()
        }
    }

    private mutating func begin(_ byte: UInt8, missing: Int) {
        sequence = [byte]
        state = .utf8(missing: missing)
    }

    private mutating func utf8(_ byte: UInt8, _ missing: Int, _ events: inout [InputEvent]) {
        guard byte & 0xC0 == 0x80 else {
            // A broken character is dropped; this byte begins something else.
            events.append(.unknown(sequence))
            finish()
            ground(byte, &events)
            return
        }
        sequence.append(byte)
        guard missing == 1 else {
            state = .utf8(missing: missing - 1)
            return
        }
        if let text = String(validating: sequence, as: UTF8.self), let scalar = text.unicodeScalars.first,
            !(0x80 ..< 0xA0).contains(scalar.value)
        {
            emit(KeyChord(.character(Character(scalar)), alt ? .alt : []), &events)
        } else {
            events.append(.unknown(sequence))
            finish()
        }
    }

    private mutating func emit(_ chord: KeyChord, _ events: inout [InputEvent]) {
        events.append(.key(chord))
        finish()
    }

    private mutating func escape(_ byte: UInt8, _ events: inout [InputEvent]) {
        switch byte {
        case 0x1B:
            // Two in a row: the first was a key, unless Alt with a function key follows, which this keeps as Alt.
            if alt { events.append(.key(KeyChord(.escape))) }
            alt = true
            sequence = [byte]
        case 0x5B:
            sequence.append(byte)
            state = .csi
        case 0x4F:
            sequence.append(byte)
            state = .ss3
        case 0x50, 0x58, 0x5D, 0x5E, 0x5F:
            sequence.append(byte)
            state = .string(afterEscape: false)
        default:
            if alt { events.append(.key(KeyChord(.escape))) }
            alt = true
            state = .ground
            ground(byte, &events)
        }
    }

    private mutating func string(_ byte: UInt8, _ afterEscape: Bool, _ events: inout [InputEvent]) {
        switch byte {
        case 0x07: finish()
        case 0x5C where afterEscape: finish()
        case 0x1B: state = .string(afterEscape: true)
        case 0x03, 0x18, 0x1A: finish()  // Ctrl-C, CAN and SUB end it, so that a lost terminator cannot swallow the keyboard.
        default:
            if afterEscape {
                finish()
                sequence = [0x1B]
                state = .escape
                escape(byte, &events)
                return
            }
            if sequence.count < 4096 {
                sequence.append(byte)
                state = .string(afterEscape: false)
            } else {
                finish()
            }
        }
    }
}
