/// Whole numbers as Roman numerals, letters and English words.
enum NumberNames {
    static func roman(_ number: Int) -> String? {
        guard 1 ... 9999 ~= number else { return number == 0 ? "0" : nil }
        let steps: [(Int, String)] = [
            (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"),
            (5, "V"),
            (4, "IV"), (1, "I"),
        ]
        var rest = number, text = ""
        for (value, letters) in steps {
            while rest >= value {
                text += letters
                rest -= value
            }
        }
        return text
    }

    /// A … Z, AA … as the columns of a table are named; nil below one.
    static func letters(_ number: Int) -> String? {
        guard number > 0 else { return nil }
        var rest = number, bytes: [UInt8] = []
        while rest > 0 {
            rest -= 1
            bytes.append(65 + UInt8(rest % 26))
            rest /= 26
        }
        return String(decoding: bytes.reversed(), as: UTF8.self)
    }

    private static let small = [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen",
        "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
    ]
    private static let tens = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
    private static let scales: [(Int, String)] = [
        (1_000_000_000_000_000_000, "quintillion"), (1_000_000_000_000_000, "quadrillion"), (1_000_000_000_000, "trillion"),
        (1_000_000_000, "billion"), (1_000_000, "million"), (1000, "thousand"), (100, "hundred"),
    ]

    /// The number must not be negative.
    static func words(_ number: Int) -> String {
        if number < 20 { return small[max(number, 0)] }
        if number < 100 { return tens[number / 10] + (number % 10 > 0 ? " " + small[number % 10] : "") }
        for (value, name) in scales where number >= value {
            let rest = number % value
            let joint = rest == 0 ? "" : (rest < 100 ? " and " : " ") + words(rest)
            return words(number / value) + " " + name + joint
        }
        return small[0]
    }

    static func ordinalWords(_ number: Int) -> String {
        var parts = words(number).split(separator: " ").map(String.init)
        guard let last = parts.popLast() else { return "" }
        let irregular = [
            "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth", "twelve": "twelfth",
        ]
        parts.append(irregular[last] ?? (last.hasSuffix("y") ? last.dropLast() + "ieth" : last + "th"))
        return parts.joined(separator: " ")
    }

    /// st, nd, rd, th.
    static func suffix(_ number: Int) -> String {
        if 11 ... 13 ~= number % 100 { return "th" }
        return number % 10 == 1 ? "st" : number % 10 == 2 ? "nd" : number % 10 == 3 ? "rd" : "th"
    }

    static func capitalized(_ text: String) -> String {
        text.split(separator: " ").map { $0 == "and" ? String($0) : $0.prefix(1).uppercased() + $0.dropFirst() }.joined(separator: " ")
    }

    /// The number in one of the forms that are not digits: `A a i I w W Ww`; nil when the form or the number asks for digits.
    static func write(_ number: Int, form: String, ordinal: Bool) -> String? {
        switch form {
        case "I": return roman(number)
        case "i": return roman(number)?.lowercased()
        case "A": return letters(number)
        case "a": return letters(number)?.lowercased()
        case "w", "W", "Ww":
            let text = ordinal ? ordinalWords(number) : words(number)
            return form == "w" ? text : form == "W" ? text.uppercased() : capitalized(text)
        default: return nil
        }
    }
}
