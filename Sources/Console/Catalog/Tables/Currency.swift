/// A currency by its three letters (ISO 4217), small enough for a cell.
public struct Currency: Sendable, Hashable {
    private let letters: UInt32

    /// - Parameter code: more than four bytes are cut.
    public init(_ code: String) { letters = code.utf8.prefix(4).reduce(0) { $0 << 8 | UInt32($1) } }

    public var code: String {
        let bytes = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: letters >> $0) }.filter { $0 != 0 }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// How many digits the minor unit has.
    public var digits: Int {
        switch code {
        case "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF": 0
        case "BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND": 3
        default: 2
        }
    }

    /// `12.50 EUR`
    public func text(_ amount: Int64) -> String {
        let digits = digits, sign = amount < 0 ? "-" : ""
        var number = String(amount.magnitude)
        guard digits > 0 else { return "\(sign)\(number) \(code)" }
        while number.count <= digits { number = "0" + number }
        return "\(sign)\(number.dropLast(digits)).\(number.suffix(digits)) \(code)"
    }
}
