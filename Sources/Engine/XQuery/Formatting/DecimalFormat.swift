/// The characters a picture of `format-number` uses (`declare decimal-format`).
struct DecimalFormat: Sendable {
    var decimalSeparator: Unicode.Scalar = "."
    var groupingSeparator: Unicode.Scalar = ","
    var exponentSeparator: Unicode.Scalar = "e"
    var minusSign: Unicode.Scalar = "-"
    var percent: Unicode.Scalar = "%"
    var perMille: Unicode.Scalar = "\u{2030}"
    var zeroDigit: Unicode.Scalar = "0"
    var digit: Unicode.Scalar = "#"
    var patternSeparator: Unicode.Scalar = ";"
    var infinity = "Infinity"
    var notANumber = "NaN"

    /// Sets a property by the name it has in a declaration; `false` when there is none of that name.
    mutating func set(_ property: String, _ text: String, _ offset: Int) throws(XQueryError) -> Bool {
        let paths: [String: WritableKeyPath<DecimalFormat, Unicode.Scalar>] = [
            "decimal-separator": \.decimalSeparator, "grouping-separator": \.groupingSeparator, "exponent-separator": \.exponentSeparator,
            "minus-sign": \.minusSign, "percent": \.percent, "per-mille": \.perMille, "zero-digit": \.zeroDigit, "digit": \.digit,
            "pattern-separator": \.patternSeparator,
        ]
        if property == "infinity" {
            infinity = text
        } else if property == "NaN" {
            notANumber = text
        } else {
            guard let path = paths[property] else { return false }
            guard let scalar = text.unicodeScalars.first, text.unicodeScalars.count == 1,
                property != "zero-digit" || DigitPattern.digit(scalar) == 0
            else {
                throw .static("XQST0097", "\"\(text)\" cannot be the \(property)", offset)
            }
            self[keyPath: path] = scalar
        }
        return true
    }

    /// The characters must tell the parts of a picture apart.
    func check(_ offset: Int) throws(XQueryError) {
        var seen: Set<Unicode.Scalar> = []
        let family = (0 ..< 10).compactMap { Unicode.Scalar(zeroDigit.value + $0) }
        for scalar in [decimalSeparator, groupingSeparator, exponentSeparator, percent, perMille, digit, patternSeparator] + family {
            guard seen.insert(scalar).inserted else {
                throw .static("XQST0098", "'\(scalar)' has two meanings in a decimal format", offset)
            }
        }
    }
}

/// One half of a picture of `format-number`, taken apart.
struct NumberPicture {
    private let format: DecimalFormat
    private(set) var prefix = ""
    private(set) var suffix = ""
    private var leastInteger = 0, leastFraction = 0, mostFraction = 0
    /// Digits before the point of a number with exponent.
    private var scaling = 0
    private var exponentDigits = 0
    private var integerGroups: [Int] = []
    private var regularGroup: Int?
    private var fractionGroups: [Int] = []
    private(set) var factor = 0

    static func format(_ item: Item, _ picture: String, _ format: DecimalFormat) throws(XQueryError) -> String {
        let halves = picture.unicodeScalars.split(separator: format.patternSeparator, omittingEmptySubsequences: false).map { String($0) }
        guard halves.count <= 2, let first = halves.first else { throw invalid(picture) }
        let positive = try NumberPicture(first, format)
        var negative = positive
        if halves.count == 2 {
            negative = try NumberPicture(halves[1], format)
        } else {
            negative.prefix = String(Character(format.minusSign)) + positive.prefix
        }
        return try write(item, positive, negative, format)
    }

    private static func invalid(_ picture: String) -> XQueryError { .dynamic("FODF1310", "\"\(picture)\" is not a picture of a number") }

    private init(_ text: String, _ format: DecimalFormat) throws(XQueryError) {
        self.format = format
        let invalid = Self.invalid(text), scalars = Array(text.unicodeScalars)
        func isDigit(_ scalar: Unicode.Scalar) -> Bool {
            scalar.value >= format.zeroDigit.value && scalar.value <= format.zeroDigit.value + 9
        }
        func isActive(_ scalar: Unicode.Scalar) -> Bool {
            isDigit(scalar) || scalar == format.digit || scalar == format.decimalSeparator || scalar == format.groupingSeparator
        }
        guard let start = scalars.firstIndex(where: isActive), let end = scalars.lastIndex(where: isActive) else { throw invalid }
        // An exponent separator counts as one between active characters only, so never at the ends.
        prefix = String(String.UnicodeScalarView(scalars[..<start]))
        suffix = String(String.UnicodeScalarView(scalars[(end + 1)...]))
        let marks = scalars.filter { $0 == format.percent || $0 == format.perMille }
        guard marks.count <= 1 else { throw invalid }
        factor = marks.first.map { $0 == format.percent ? 2 : 3 } ?? 0
        let core = Array(scalars[start ... end])
        guard core.allSatisfy({ isActive($0) || $0 == format.exponentSeparator }) else { throw invalid }
        let parts = core.split(separator: format.exponentSeparator, omittingEmptySubsequences: false)
        guard parts.count <= 2 else { throw invalid }
        if parts.count == 2 {
            guard marks.isEmpty, !parts[1].isEmpty, parts[1].allSatisfy(isDigit) else { throw invalid }
            exponentDigits = parts[1].count
        }
        try readMantissa(Array(parts[0]), isDigit, invalid)
    }

    private mutating func readMantissa(
        _ mantissa: [Unicode.Scalar], _ isDigit: (Unicode.Scalar) -> Bool, _ invalid: XQueryError
    ) throws(XQueryError) {
        let halves = mantissa.split(separator: format.decimalSeparator, omittingEmptySubsequences: false).map(Array.init)
        guard 1 ... 2 ~= halves.count, mantissa.contains(where: { isDigit($0) || $0 == format.digit }) else { throw invalid }
        var optionalInteger = 0, before: [Int] = []
        var previous: Unicode.Scalar?
        for scalar in halves[0] {
            if scalar == format.groupingSeparator {
                guard previous != format.groupingSeparator else { throw invalid }
                before.append(optionalInteger + leastInteger)
            } else if isDigit(scalar) {
                leastInteger += 1
            } else {
                guard leastInteger == 0 else { throw invalid }
                optionalInteger += 1
            }
            previous = scalar
        }
        guard previous != format.groupingSeparator else { throw invalid }
        let size = optionalInteger + leastInteger
        integerGroups = before.map { size - $0 }
        regularGroup = DigitPattern.regularity(integerGroups, size)
        if halves.count == 2 {
            previous = format.groupingSeparator
            for scalar in halves[1] {
                if scalar == format.groupingSeparator {
                    guard previous != format.groupingSeparator else { throw invalid }
                    fractionGroups.append(mostFraction)
                } else {
                    if isDigit(scalar) {
                        guard leastFraction == mostFraction else { throw invalid }
                        leastFraction += 1
                    }
                    mostFraction += 1
                }
                previous = scalar
            }
            guard halves[1].isEmpty || previous != format.groupingSeparator else { throw invalid }
        }
        scaling = leastInteger
        if leastInteger == 0 && mostFraction == 0 {
            if exponentDigits > 0 { (leastFraction, mostFraction) = (1, 1) } else { leastInteger = 1 }
        }
        if exponentDigits > 0 && leastInteger == 0 && optionalInteger > 0 { leastInteger = 1 }
        if leastInteger == 0 && leastFraction == 0 { leastFraction = 1 }
    }

    // MARK: Writing

    private static func write(
        _ item: Item, _ positive: NumberPicture, _ negative: NumberPicture, _ format: DecimalFormat
    ) throws(XQueryError) -> String {
        let double = Numbers.double(item)
        if double.isNaN { return format.notANumber }
        let isFloating = item.type == .double || item.type == .float
        let isNegative = double.sign == .minus
        let picture = isNegative ? negative : positive
        // Doubles overflow where their own arithmetic would.
        let scaled = double * (picture.factor == 2 ? 100 : picture.factor == 3 ? 1000 : 1)
        if isFloating && scaled.isInfinite { return picture.prefix + format.infinity + picture.suffix }
        var value = Numbers.decimal(item) ?? decimal(item, double)
        if isNegative { value = value.negated }
        value = try XDecimal.multiply(value, XDecimal(picture.factor == 2 ? 100 : picture.factor == 3 ? 1000 : 1))
        return picture.prefix + (try picture.write(value)) + picture.suffix
    }

    /// The shortest decimal that reads back as the same number.
    private static func decimal(_ item: Item, _ double: Double) -> XDecimal {
        var text = "\(double)"
        if case .float(let value) = item { text = "\(value)" }
        let parts = text.split(separator: "e")
        guard let mantissa = XDecimal(parts[0].utf8) else { return XDecimal(0) }
        return shifted(mantissa, by: parts.count > 1 ? Int(parts[1]) ?? 0 : 0)
    }

    /// Times ten to the power `places`.
    private static func shifted(_ value: XDecimal, by places: Int) -> XDecimal {
        if places <= value.scale { return XDecimal(value.unscaled, scale: value.scale - places) }
        return XDecimal(value.unscaled * .powerOfTen(places - value.scale), scale: 0)
    }

    private func write(_ value: XDecimal) throws(XQueryError) -> String {
        var mantissa = value, exponent = 0
        if exponentDigits > 0 && !value.unscaled.isZero {
            // Digits before the point, negative for leading zeros behind it.
            let size = value.unscaled.digits.utf8.count - value.scale
            exponent = size - scaling
            mantissa = Self.shifted(value, by: -exponent)
        }
        let parts = mantissa.rounded(places: mostFraction, toEven: true).description.split(separator: ".")
        var integer = parts[0] == "0" ? "" : String(parts[0]), fraction = parts.count > 1 ? String(parts[1]) : ""
        integer = String(repeating: "0", count: max(0, leastInteger - integer.utf8.count)) + integer
        fraction += String(repeating: "0", count: max(0, leastFraction - fraction.utf8.count))
        var result = String.UnicodeScalarView()
        var left = integer.utf8.count
        for byte in integer.utf8 {
            let separates = left < integer.utf8.count && (regularGroup.map { left % $0 == 0 } ?? integerGroups.contains(left))
            if separates { result.append(format.groupingSeparator) }
            append(byte, &result)
            left -= 1
        }
        if !fraction.isEmpty {
            result.append(format.decimalSeparator)
            for (place, byte) in fraction.utf8.enumerated() {
                if fractionGroups.contains(place) { result.append(format.groupingSeparator) }
                append(byte, &result)
            }
        }
        if exponentDigits > 0 {
            result.append(format.exponentSeparator)
            if exponent < 0 { result.append(format.minusSign) }
            let digits = String(abs(exponent))
            for byte in (String(repeating: "0", count: max(0, exponentDigits - digits.utf8.count)) + digits).utf8 { append(byte, &result) }
        }
        return String(result)
    }

    private func append(_ byte: UInt8, _ result: inout String.UnicodeScalarView) {
        if let scalar = Unicode.Scalar(format.zeroDigit.value + UInt32(byte - 48)) { result.append(scalar) }
    }
}
