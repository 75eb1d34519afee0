// Mouse reports: SGR (`ESC [ < button ; column ; row M|m`) and the legacy form of three bytes.

import TextCells

extension InputDecoder {
    static func mouse(_ numbers: [Int], released: Bool) -> InputEvent? {
        guard numbers.count == 3, numbers[1] > 0, numbers[2] > 0 else { return nil }
        return event(code: numbers[0], x: numbers[1] - 1, y: numbers[2] - 1, released: released)
    }

    func legacyMouse() -> InputEvent {
        guard sequence.count == 6, sequence[3] >= 32, sequence[4] > 32, sequence[5] > 32 else { return .unknown(sequence) }
        let code = Int(sequence[3]) - 32
        // The legacy form does not say which button was released.
        let released = code & 0x43 == 3
        return Self.event(code: code, x: Int(sequence[4]) - 33, y: Int(sequence[5]) - 33, released: released)
            ?? .unknown(sequence)
    }

    private static func event(code: Int, x: Int, y: Int, released: Bool) -> InputEvent? {
        var held: Modifiers = []
        if code & 4 != 0 { held.insert(.shift) }
        if code & 8 != 0 { held.insert(.alt) }
        if code & 16 != 0 { held.insert(.control) }
        let position = Point(x: x, y: y)
        if code & 64 != 0 {
            switch code & 3 {
            case 0: return .mouse(MouseEvent(action: .wheelUp, button: .none, position: position, modifiers: held))
            case 1: return .mouse(MouseEvent(action: .wheelDown, button: .none, position: position, modifiers: held))
            default: return nil
            }
        }
        let buttons: [MouseEvent.Button] = [.left, .middle, .right, .none]
        let action: MouseEvent.Action = released ? .release : code & 32 != 0 ? .drag : .press
        return .mouse(MouseEvent(action: action, button: buttons[code & 3], position: position, modifiers: held))
    }
}
