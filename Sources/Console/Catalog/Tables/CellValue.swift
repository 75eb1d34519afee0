import TextCells

/// What one cell of a table holds: a typed value, so that tables sort, filter and export by value and not by what is shown.
public enum CellValue: Sendable, Hashable {
    case text(String)
    case integer(Int64)
    case flag(Bool)
    /// Milliseconds since 1970.
    case time(Int64)
    /// Milliseconds since 1970, shown as how long ago that was.
    case age(Int64)
    /// Milliseconds since 1970, shown as how far away that is: `in 5m`, `5m late`.
    case until(Int64)
    /// A word with the tone that colours it; the word alone says what it means. In this order a cell takes 24 bytes instead of 32.
    case word(String, Tone)
    /// In the currency's minor unit.
    case money(Int64, Currency)
    /// Numbers over time, the latest last.
    case series([Int])
    /// Nothing to show.
    case none

    public static func state(_ tone: Tone, _ word: String) -> CellValue { .word(word, tone) }
    public static func text(_ value: String?) -> CellValue { value.map { .text($0) } ?? .none }
    public static func time(_ value: Int64?) -> CellValue { value.map { .time($0) } ?? .none }

    /// What a person reads.
    public func text(_ clock: TableClock) -> String {
        switch self {
        case .text(let text), .word(let text, _): text
        case .integer(let number): String(number)
        case .flag(let isSet): isSet ? "yes" : "no"
        case .time(let at): TimeText.local(at, clock)
        case .age(let at) where clock.agesAreTimes, .until(let at) where clock.agesAreTimes: TimeText.local(at, clock)
        case .age(let at): TimeText.age(from: at, to: clock.now)
        case .until(let at):
            at > clock.now ? "in " + TimeText.age(from: clock.now, to: at) : TimeText.age(from: at, to: clock.now) + " late"
        case .money(let amount, let currency): currency.text(amount)
        case .series(let values): Sparkline(values).text(ascii: false)
        case .none: ""
        }
    }

    /// The typed value for machines; times in ISO 8601, UTC.
    public var json: JSONValue {
        switch self {
        case .text(let text), .word(let text, _): .string(text)
        case .integer(let number): .integer(number)
        case .flag(let isSet): .bool(isSet)
        case .time(let at), .age(let at), .until(let at): .string(TimeText.iso(at))
        case .money(let amount, let currency): .object(["amount": .integer(amount), "currency": .string(currency.code)])
        case .series(let values): .array(values.map { .integer(Int64($0)) })
        case .none: .null
        }
    }

    /// Orders values of one column; nothing comes last. Texts are compared without case, runs of digits as numbers.
    public static func areInOrder(_ a: CellValue, _ b: CellValue) -> Comparison {
        switch (a, b) {
        case (.none, .none): .same
        case (.none, _): .after
        case (_, .none): .before
        case (.integer(let x), .integer(let y)), (.time(let x), .time(let y)), (.until(let x), .until(let y)): Comparison(x, y)
        case (.money(let x, let a), .money(let y, let b)): a == b ? Comparison(x, y) : NaturalOrder.compare(a.code, b.code)
        // The older, the longer the age.
        case (.age(let x), .age(let y)): Comparison(y, x)
        case (.series(let x), .series(let y)): Comparison(Int64(x.reduce(0, +)), Int64(y.reduce(0, +)))
        case (.flag(let x), .flag(let y)): Comparison(x ? 1 : 0, y ? 1 : 0)
        default: NaturalOrder.compare(a.plainText, b.plainText)
        }
    }

    /// The text where there is one without a clock.
    private var plainText: String {
        switch self {
        case .text(let text), .word(let text, _): text
        case .integer(let number), .time(let number), .age(let number), .until(let number): String(number)
        case .flag(let isSet): isSet ? "yes" : "no"
        case .money(let amount, let currency): currency.text(amount)
        case .series, .none: ""
        }
    }
}

/// The outcome of comparing two values.
public enum Comparison: Sendable, Hashable {
    case before, same, after

    package init(_ a: Int64, _ b: Int64) { self = a < b ? .before : a > b ? .after : .same }
}
