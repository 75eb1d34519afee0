/// Pictures of `format-date` and its relatives: text with markers such as `[D01]`, `[MNn,3-3]`, `[Z0:00t]`. English and the
/// Gregorian calendar only.
struct DatePicture {
    private struct Marker {
        let component: Unicode.Scalar
        /// `1`, `01`, `Nn`, `I`, `w` …
        let form: String
        let ordinal: Bool
        let traditional: Bool
        let least: Int?
        let most: Int?
    }

    private let moment: Moment
    private var result = ""

    static func format(_ moment: Moment, _ picture: String) throws(XQueryError) -> String {
        var writer = DatePicture(moment: moment)
        try writer.write(picture)
        return writer.result
    }

    private init(moment: Moment) { self.moment = moment }

    private static func invalid(_ reason: String) -> XQueryError { .dynamic("FOFD1340", "the picture of the date is not valid: \(reason)") }

    private mutating func write(_ picture: String) throws(XQueryError) {
        let scalars = Array(picture.unicodeScalars)
        var at = 0
        var text = String.UnicodeScalarView()
        while at < scalars.count {
            let scalar = scalars[at]
            let next: Unicode.Scalar? = at + 1 < scalars.count ? scalars[at + 1] : nil
            at += 1
            if scalar == "]" {
                guard next == "]" else { throw Self.invalid("']' in text must be written ']]'") }
                text.append("]")
                at += 1
            } else if scalar == "[" && next == "[" {
                text.append("[")
                at += 1
            } else if scalar == "[" {
                guard let end = scalars[at...].firstIndex(of: "]") else { throw Self.invalid("'[' is not closed") }
                let inner = scalars[at ..< end].filter { !$0.properties.isWhitespace }
                result += String(text)
                text = String.UnicodeScalarView()
                result += try write(try marker(inner))
                at = end + 1
            } else {
                text.append(scalar)
            }
        }
        result += String(text)
    }

    // MARK: Markers

    private func marker(_ scalars: [Unicode.Scalar]) throws(XQueryError) -> Marker {
        guard let component = scalars.first, "YMDdFWwHhPmsfZzCE".unicodeScalars.contains(component) else {
            throw Self.invalid("there is no component '\(scalars.first.map { String(Character($0)) } ?? "")'")
        }
        let isTime = "HhPmsf".unicodeScalars.contains(component), isDate = "YMDdFWwE".unicodeScalars.contains(component)
        if (isTime && moment.type == .date) || (isDate && moment.type == .time) {
            throw .dynamic("FOFD1350", "an xs:\(moment.type.rawValue) has no component '\(component)'")
        }
        var rest = Array(scalars.dropFirst())
        var least: Int?, most: Int?
        if let comma = rest.lastIndex(of: ",") {
            (least, most) = try widths(String(String.UnicodeScalarView(rest[(comma + 1)...])))
            rest = Array(rest[..<comma])
        }
        var ordinal = false, traditional = false
        if rest.count > 1, let last = rest.last, "atco".unicodeScalars.contains(last) {
            ordinal = last == "o"
            traditional = last == "t"
            rest.removeLast()
        }
        return Marker(
            component: component, form: String(String.UnicodeScalarView(rest)), ordinal: ordinal, traditional: traditional,
            least: least, most: most)
    }

    private func widths(_ text: String) throws(XQueryError) -> (Int?, Int?) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        func width(_ part: Substring) throws(XQueryError) -> Int? {
            if part == "*" { return nil }
            guard let value = Int(part), 1 ... 1000 ~= value else { throw Self.invalid("'\(text)' is not a width") }
            return value
        }
        guard 1 ... 2 ~= parts.count else { throw Self.invalid("'\(text)' is not a width") }
        let least = try width(parts[0])
        guard parts.count == 2 else { return (least, nil) }
        let most = try width(parts[1])
        if let least, let most, least > most { throw Self.invalid("the least width is above the greatest") }
        return (least, most)
    }

    private func write(_ marker: Marker) throws(XQueryError) -> String {
        switch marker.component {
        case "Y": return try year(marker)
        case "M": return try number(moment.month, marker, names: Self.months)
        case "D": return try number(moment.day, marker)
        case "d": return try number(moment.days - Moment.days(moment.year, 1, 1) + 1, marker)
        case "F": return try number(weekday, marker, names: Self.weekdays, byDefault: "n")
        case "W": return try number(week, marker)
        case "w": return try number(weekOfMonth, marker)
        case "H": return try number(moment.hour, marker)
        case "h": return try number((moment.hour + 11) % 12 + 1, marker)
        case "P": return name(moment.hour < 12 ? "am" : "pm", marker, byDefault: "n")
        case "m": return try number(moment.minute, marker, byDefault: "01")
        case "s": return try number(moment.second, marker, byDefault: "01")
        case "f": return try fraction(marker)
        case "Z", "z": return try zone(marker)
        case "C": return name("gregorian", marker, byDefault: "n")
        default: return name(moment.year < 0 ? "bc" : "ad", marker, byDefault: "n")
        }
    }

    private static let months = [
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
    ]
    private static let weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]

    // MARK: Values

    /// 1 is Monday.
    private var weekday: Int { ((moment.days + 3) % 7 + 7) % 7 + 1 }

    /// ISO: the first week of a year is the one with its first Thursday.
    private var week: Int {
        let thursday = Moment.civil(moment.days - weekday + 4)
        return (Moment.days(thursday.year, thursday.month, thursday.day) - Moment.days(thursday.year, 1, 1)) / 7 + 1
    }

    /// Counted as weeks of a year are: by the month its Thursday is in.
    private var weekOfMonth: Int { (Moment.civil(moment.days - weekday + 4).day - 1) / 7 + 1 }

    // MARK: Forms

    private func name(_ lower: String, _ marker: Marker, byDefault: String = "n") -> String {
        let form = marker.form.isEmpty ? byDefault : marker.form
        var text = form == "N" ? lower.uppercased() : form == "Nn" ? NumberNames.capitalized(lower) : lower
        if let most = marker.most, text.utf8.count > most { text = String(text.prefix(max(most, 2))) }
        if let least = marker.least, text.utf8.count < least { text += String(repeating: " ", count: least - text.utf8.count) }
        return text
    }

    private func number(_ value: Int, _ marker: Marker, names: [String]? = nil, byDefault: String = "1") throws(XQueryError) -> String {
        let form = marker.form.isEmpty ? byDefault : marker.form
        if ["N", "n", "Nn"].contains(form), let names, 1 ... names.count ~= value {
            return name(names[value - 1], marker, byDefault: form)
        }
        if let text = NumberNames.write(value, form: form, ordinal: marker.ordinal) { return text }
        let pattern = try DigitPattern(form, code: "FOFD1340") ?? DigitPattern()
        // A width says more than a default of two digits.
        let digits = marker.form.isEmpty && marker.least != nil ? 1 : pattern.mandatory
        return pattern.write(String(value), least: max(digits, marker.least ?? 0)) + (marker.ordinal ? NumberNames.suffix(value) : "")
    }

    private func year(_ marker: Marker) throws(XQueryError) -> String {
        var value = abs(moment.year)
        let form = marker.form.isEmpty ? "1" : marker.form
        let pattern = try DigitPattern(form, code: "FOFD1340")
        var most = marker.most
        // `[Y01]` means the last two digits.
        if most == nil, marker.least == nil, let pattern, pattern.mandatory + pattern.optional >= 2 {
            most = pattern.mandatory + pattern.optional
        }
        if let most, let pattern, most < 18 {
            value %= (0 ..< max(most, pattern.mandatory)).reduce(1) { power, _ in power * 10 }
        }
        let wide = marker.most == nil && marker.least != nil ? marker.least : nil
        let shown = Marker(
            component: "Y", form: form, ordinal: marker.ordinal, traditional: false, least: max(marker.least ?? 0, wide ?? 0), most: most)
        return try number(value, shown)
    }

    /// Fractions of a second: as many digits as the picture asks for, cut and not rounded.
    private func fraction(_ marker: Marker) throws(XQueryError) -> String {
        let form = marker.form.isEmpty ? "1" : marker.form
        let reversed = String(String.UnicodeScalarView(form.unicodeScalars.reversed()))
        // Optional digits come last here, so the pattern is read backwards.
        let pattern = try DigitPattern(reversed, code: "FOFD1340") ?? DigitPattern()
        let forward = try pattern.optional == 0 ? DigitPattern(form, code: "FOFD1340") ?? pattern : pattern
        let size = pattern.mandatory + pattern.optional
        var least = pattern.mandatory, most = size == 1 ? 9 : size
        if let width = marker.least { least = max(least, width) }
        if marker.most != nil || marker.least != nil { most = max(size == 1 ? 1 : size, marker.most ?? 9) }
        if size == 1 && marker.most == nil { most = 9 }
        let nanoseconds = String(moment.secondNanoseconds % 1_000_000_000)
        var digits = String(repeating: "0", count: 9 - nanoseconds.utf8.count) + nanoseconds
        digits = String(digits.prefix(min(max(most, least), 9)))
        while digits.utf8.count > least && digits.hasSuffix("0") { digits.removeLast() }
        digits += String(repeating: "0", count: max(0, least - digits.utf8.count))
        return forward.writeFraction(digits)
    }

    private func zone(_ marker: Marker) throws(XQueryError) -> String {
        var form = marker.form
        guard let minutes = moment.zone else { return form == "Z" ? "J" : "" }
        if form == "Z" {
            if minutes % 60 == 0, abs(minutes) <= 720 {
                let letters = Array("YXWVUTSRQPONZABCDEFGHIKLM")
                return String(letters[minutes / 60 + 12])
            }
            form = ""
        }
        if marker.traditional && minutes == 0 { return "Z" }
        let prefix = marker.component == "z" ? "GMT" : ""
        if form.isEmpty || ["N", "n", "Nn"].contains(form) { form = "00:00" }
        let sign = minutes < 0 ? "-" : "+", hours = abs(minutes) / 60, rest = abs(minutes) % 60
        let scalars = Array(form.unicodeScalars)
        let digits = scalars.filter { DigitPattern.digit($0) != nil }
        guard let zero = digits.first.flatMap({ first in DigitPattern.digit(first).map { first.value - UInt32($0) } }) else {
            return prefix + sign + two(hours) + ":" + two(rest)
        }
        func written(_ value: Int, _ least: Int) -> String {
            let text = String(value), padded = String(repeating: "0", count: max(0, least - text.utf8.count)) + text
            return String(String.UnicodeScalarView(padded.utf8.compactMap { Unicode.Scalar(zero + UInt32($0 - 48)) }))
        }
        if let separator = scalars.firstIndex(where: { DigitPattern.digit($0) == nil }), separator > 0 {
            return prefix + sign + written(hours, separator) + String(Character(scalars[separator])) + written(rest, 2)
        }
        if digits.count > 2 { return prefix + sign + written(hours, digits.count - 2) + written(rest, 2) }
        return prefix + sign + written(hours, digits.count) + (rest > 0 ? ":" + written(rest, 2) : "")
    }
}
