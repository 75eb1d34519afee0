/// The names of the functions every XQuery 3.1 processor has. Tells a function that we lack from one that does not exist.
enum StandardFunctions {
    static func contains(_ name: String) -> Bool {
        let prefix = name.split(separator: ":", omittingEmptySubsequences: false)
        if prefix.count == 2 {
            return prefix[0] == "fn" ? names.contains(String(prefix[1])) : ["xs", "math", "map", "array"].contains(prefix[0])
        }
        return names.contains(name)
    }

    private static let names: Set<String> = Set(
        """
        abs adjust-date-to-timezone adjust-dateTime-to-timezone adjust-time-to-timezone analyze-string apply available-environment-variables
        avg base-uri boolean ceiling codepoint-equal codepoints-to-string collation-key \
        collection compare concat contains contains-token count
        current-date current-dateTime current-time data dateTime day-from-date day-from-dateTime days-from-duration deep-equal
        default-collation default-language distinct-values doc doc-available document-uri element-with-id empty encode-for-uri ends-with
        environment-variable error escape-html-uri exactly-one exists false filter floor fold-left fold-right for-each for-each-pair
        format-date format-dateTime format-integer format-number format-time function-arity function-lookup function-name generate-id
        has-children head hours-from-dateTime hours-from-duration hours-from-time id idref implicit-timezone in-scope-prefixes index-of
        innermost insert-before iri-to-uri json-doc json-to-xml lang last load-xquery-module local-name local-name-from-QName lower-case
        matches max min minutes-from-dateTime minutes-from-duration minutes-from-time month-from-date month-from-dateTime
        months-from-duration name namespace-uri namespace-uri-for-prefix namespace-uri-from-QName nilled node-name normalize-space
        normalize-unicode not number one-or-more outermost parse-ietf-date parse-json parse-xml parse-xml-fragment path position
        prefix-from-QName QName random-number-generator remove replace resolve-QName resolve-uri reverse root round
        round-half-to-even seconds-from-dateTime seconds-from-duration seconds-from-time serialize sort starts-with static-base-uri string
        string-join string-length string-to-codepoints subsequence substring substring-after substring-before sum tail
        timezone-from-date timezone-from-dateTime timezone-from-time tokenize trace transform translate true unordered unparsed-text
        unparsed-text-available unparsed-text-lines upper-case uri-collection xml-to-json year-from-date year-from-dateTime
        years-from-duration zero-or-one
        """.split { $0 == " " || $0 == "\n" }.map(String.init))
}
