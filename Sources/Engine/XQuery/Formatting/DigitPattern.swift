/// How whole numbers are written in a picture such as `#,##0`: least digits, their family, and what stands between groups.
struct DigitPattern: Sendable {
    /// Code point of the zero of the family of digits.
    let zero: UInt32
    /// Digits that are always written.
    let mandatory: Int
    let optional: Int
    /// Separators with the number of digits to their right.
    private let separators: [(place: Int, character: Unicode.Scalar)]
    /// One separator repeated at equal distances, so it goes on beyond the picture.
    private let regular: (distance: Int, character: Unicode.Scalar)?

    /// nil when the text holds no digit, so is no such pattern; an error when it holds one and is not well formed.
    init?(_ text: String, code: String) throws(XQueryError) {
        let invalid = XQueryError.dynamic(code, "\"\(text)\" is not a pattern of digits")
        let scalars = Array(text.unicodeScalars)
        var zero: UInt32?, mandatory = 0, optional = 0
        var found: [(before: Int, character: Unicode.Scalar)] = []
        var endsInSeparator = true
        guard scalars.contains(where: { $0.properties.generalCategory == .decimalNumber }) else { return nil }
        for scalar in scalars {
            if let value = Self.digit(scalar) {
                let family = scalar.value - UInt32(value)
                guard zero == nil || zero == family else { throw invalid }
                zero = family
                mandatory += 1
                endsInSeparator = false
            } else if scalar == "#" {
                guard mandatory == 0 else { throw invalid }
                optional += 1
                endsInSeparator = false
            } else {
                let isLetter = scalar.properties.isAlphabetic || scalar.properties.numericType != nil
                guard !isLetter, mandatory + optional > 0, !endsInSeparator else { throw invalid }
                found.append((mandatory + optional, scalar))
                endsInSeparator = true
            }
        }
        guard let zero, !endsInSeparator else { throw invalid }
        self.zero = zero
        self.mandatory = mandatory
        self.optional = optional
        let size = mandatory + optional
        let separators = found.map { (place: size - $0.before, character: $0.character) }
        self.separators = separators
        regular = Self.regularity(separators.map(\.place), size).flatMap { distance in
            separators.allSatisfy { $0.character == separators[0].character } ? (distance, separators[0].character) : nil
        }
    }

    init() {
        (zero, mandatory, optional, separators, regular) = (48, 1, 0, [], nil)
    }

    static func digit(_ scalar: Unicode.Scalar) -> Int? {
        guard scalar.properties.generalCategory == .decimalNumber, let value = scalar.properties.numericValue else { return nil }
        return Int(value)
    }

    /// The distance at which separators stand, if they stand at every multiple of it within the picture.
    static func regularity(_ places: [Int], _ size: Int) -> Int? {
        guard let distance = places.min(), distance > 0, places.allSatisfy({ $0 % distance == 0 }) else { return nil }
        return stride(from: distance, to: size, by: distance).allSatisfy(places.contains) ? distance : nil
    }

    /// Writes decimal digits, at least `least` of them, with separators.
    func write(_ digits: String, least: Int? = nil) -> String {
        let padded = String(repeating: "0", count: max(0, (least ?? mandatory) - digits.utf8.count)) + digits
        var result = String.UnicodeScalarView()
        var left = padded.utf8.count
        for byte in padded.utf8 {
            if left < padded.utf8.count {
                if let regular {
                    if left % regular.distance == 0 { result.append(regular.character) }
                } else if let separator = separators.first(where: { $0.place == left }) {
                    result.append(separator.character)
                }
            }
            if let scalar = Unicode.Scalar(zero + UInt32(byte - 48)) { result.append(scalar) }
            left -= 1
        }
        return String(result)
    }

    /// Writes digits from the left, for fractions: separators where the picture has them.
    func writeFraction(_ digits: String) -> String {
        var result = String.UnicodeScalarView()
        let size = mandatory + optional
        for (place, byte) in digits.utf8.enumerated() {
            if place > 0, let separator = separators.first(where: { size - $0.place == place }) { result.append(separator.character) }
            if let scalar = Unicode.Scalar(zero + UInt32(byte - 48)) { result.append(scalar) }
        }
        return String(result)
    }
}
