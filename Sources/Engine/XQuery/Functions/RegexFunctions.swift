/// matches, replace and tokenize.
enum RegexFunctions {
    static let all: [Builtin] = []
}
