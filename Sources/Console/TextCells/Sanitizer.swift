// Data comes from files, databases and people; none of it may steer the terminal or reorder a line.

/// Cleans text before it becomes cells: control characters, escape sequences and bidirectional overrides become `�`, invisible
/// joiners and variation selectors go, line breaks and tabs become spaces. What is left has a known width.
public enum Sanitizer {
    /// Text for one row.
    public static func line(_ text: String) -> String {
        if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return text }
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch treatment(scalar) {
            case .keep: result.append(scalar)
            case .drop: break
            case .space: result.append(" ")
            case .replace: result.append("\u{FFFD}")
            }
        }
        return String(result)
    }

    /// Text for several rows: as `line(_:)`, but line breaks (LF, CRLF, CR) separate the results.
    public static func lines(_ text: String) -> [String] {
        var result: [String] = []
        var current = String.UnicodeScalarView()
        var afterReturn = false
        for scalar in text.unicodeScalars {
            defer { afterReturn = scalar == "\r" }
            if scalar == "\n", afterReturn { continue }
            if scalar == "\n" || scalar == "\r" {
                result.append(line(String(current)))
                current = String.UnicodeScalarView()
            } else {
                current.append(scalar)
            }
        }
        result.append(line(String(current)))
        return result
    }

    /// True when the scalar may be in a cell as it is.
    public static func isPlain(_ scalar: Unicode.Scalar) -> Bool { treatment(scalar) == .keep }

    private enum Treatment { case keep, drop, space, replace }

    private static func treatment(_ scalar: Unicode.Scalar) -> Treatment {
        switch scalar.value {
        case 0x20 ..< 0x7F: .keep
        case 0x09, 0x0A, 0x0D, 0x85, 0x2028, 0x2029: .space
        case 0 ..< 0x20, 0x7F ..< 0xA0: .replace
        case 0xAD, 0x61C, 0x180E, 0x200B ... 0x200F, 0x2060 ... 0x2065, 0xFE00 ... 0xFE0F, 0xFEFF, 0xE0000 ... 0xE01EF: .drop
        case 0x202A ... 0x202E, 0x2066 ... 0x206F, 0xFFF9 ... 0xFFFB, 0xFDD0 ... 0xFDEF: .replace
        case let value where value & 0xFFFE == 0xFFFE: .replace
        default: .keep
        }
    }
}
