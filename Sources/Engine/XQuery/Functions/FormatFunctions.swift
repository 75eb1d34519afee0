/// `format-integer`, `format-number`, `format-date` and its relatives. English and the Gregorian calendar only: another
/// language or calendar is answered in these, with a remark in front as the standard asks.
enum FormatFunctions {
    static let all: [Builtin] = [
        Builtin("format-integer", 2 ... 3, formatInteger), date("format-date", .date), date("format-dateTime", .dateTime),
        date("format-time", .time),
        Builtin("default-language", 0 ... 0) { _, _ in .one(.derived(.language, .string("en"))) },
    ]

    private static func date(_ name: String, _ type: AtomicType) -> Builtin {
        Builtin(name, 2 ... 5) { a, c throws(XQueryError) in
            let picture = try c.requiredString(a[1])
            guard let moment = try DateFunctions.moment(a[0], type, c) else { return .empty }
            var remark = ""
            if a.count == 5 {
                let language = try c.optionalString(a[2]) ?? "en", calendar = try c.optionalString(a[3])
                if !language.lowercased().hasPrefix("en") { remark += "[Language: en]" }
                if let calendar, !(try isKnown(calendar)) { remark += "[Calendar: AD]" }
            }
            let text = try DatePicture.format(moment, picture)
            try c.spend(bytes: text.utf8.count + picture.utf8.count)
            return .string(remark + text)
        }
    }

    private static let calendars: Set<String> = [
        "AD", "AH", "AME", "AM", "AP", "AS", "BE", "CB", "CE", "CL", "CS", "EE", "FE", "ISO", "JE", "KE", "KY", "ME", "MS", "NS", "OS",
        "RS", "SE", "SH", "SS", "TE", "VE", "VS",
    ]

    /// Whether it is a calendar we have; what is no calendar at all is an error.
    private static func isKnown(_ calendar: String) throws(XQueryError) -> Bool {
        var name = Casting.trimmed(calendar)
        var namespace = ""
        if name.hasPrefix("Q{"), let end = name.firstIndex(of: "}") {
            namespace = String(name[name.index(name.startIndex, offsetBy: 2) ..< end])
            name = String(name[name.index(after: end)...])
        }
        let parts = name.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard parts.count <= 2, parts.allSatisfy(Casting.isNCName) else {
            throw .dynamic("FOFD1340", "\"\(calendar)\" is not the name of a calendar")
        }
        if parts.count == 2 || !namespace.isEmpty { return false }
        guard calendars.contains(name) else { throw .dynamic("FOFD1340", "there is no calendar '\(calendar)'") }
        return ["AD", "CE", "ISO"].contains(name)
    }

    private static func formatInteger(_ a: [Value], _ c: Evaluation) throws(XQueryError) -> Value {
        let picture = try c.requiredString(a[1])
        guard let item = try c.optionalAtomic(a[0], "the number") else { return .string("") }
        guard let number = Numbers.big(try untypedToInteger(item, c)) else {
            throw .type("format-integer() needs an integer, not \(item.typeName)")
        }
        let invalid = XQueryError.dynamic("FODF1310", "\"\(picture)\" is not a picture of an integer")
        var primary = picture, ordinal = false
        if let mark = picture.lastIndex(of: ";") {
            primary = String(picture[..<mark])
            let modifier = String(picture[picture.index(after: mark)...])
            let shape = try c.pattern("^([co](\\(.+\\))?)?[at]?$", "")
            guard try shape.firstMatch(in: Array(modifier.utf8), from: 0, c) != nil else { throw invalid }
            ordinal = modifier.hasPrefix("o")
        }
        guard !primary.isEmpty else { throw invalid }
        let sign = number.isNegative ? "-" : ""
        let pattern = try DigitPattern(primary, code: "FODF1310")
        if pattern == nil, let small = number.magnitude.int, let text = NumberNames.write(small, form: primary, ordinal: ordinal) {
            return .string(sign + text)
        }
        let suffix = ordinal ? NumberNames.suffix(number.magnitude.dividedBy(BigInteger(100)).remainder.int ?? 0) : ""
        try c.spend(bytes: 1000)
        return .string(sign + (pattern ?? DigitPattern()).write(number.magnitude.digits) + suffix)
    }

    private static func untypedToInteger(_ item: Item, _ c: Evaluation) throws(XQueryError) -> Item {
        if case .untyped = item { return try Casting.cast(item, to: .integer, c) }
        return item
    }
}

/// `format-number`: which format a name means is known where the call stands.
final class FormatNumber: Expression {
    private let arguments: [any Expression]
    private let formats: [String: DecimalFormat]
    private let namespaces: [String: String]
    private let offset: Int

    init(_ arguments: [any Expression], formats: [String: DecimalFormat], namespaces: [String: String], offset: Int) {
        self.arguments = arguments
        self.formats = formats
        self.namespaces = namespaces
        self.offset = offset
    }

    func evaluate(_ c: Evaluation) throws(XQueryError) -> Value {
        do throws(XQueryError) {
            try c.step()
            let number = try c.optionalNumber(try arguments[0].evaluate(c)) ?? .double(.nan)
            let picture = try c.requiredString(try arguments[1].evaluate(c))
            let name = arguments.count > 2 ? try c.optionalString(try arguments[2].evaluate(c)) : nil
            let text = try NumberPicture.format(number, picture, try format(name))
            try c.spend(bytes: text.utf8.count)
            return .string(text)
        } catch { throw error.at(offset) }
    }

    private func format(_ name: String?) throws(XQueryError) -> DecimalFormat {
        guard let name else { return formats[""] ?? DecimalFormat() }
        let unknown = XQueryError.dynamic("FODF1280", "there is no decimal format '\(name)'")
        var key = Casting.trimmed(name)
        if key.hasPrefix("Q{") {
            key = key.hasPrefix("Q{}") ? String(key.dropFirst(3)) : String(key.dropFirst())
        } else {
            let parts = key.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
            guard parts.count <= 2, parts.allSatisfy(Casting.isNCName) else { throw unknown }
            if parts.count == 2 {
                guard let uri = namespaces[parts[0]] else { throw unknown }
                key = "{\(uri)}\(parts[1])"
            }
        }
        guard let format = formats[key] else { throw unknown }
        return format
    }
}
