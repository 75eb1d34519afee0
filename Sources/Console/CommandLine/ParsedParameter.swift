import ArgumentParser
import Catalog

/// A parameter's name as the key under which the parser keeps its value.
struct ParameterKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(_ name: String) { stringValue = name }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}

/// The registry's parameters in the argument parser's words, both ways: as definitions and as values read.
enum ParsedParameter {
    static func definition(of parameter: CommandParameter) -> Any {
        let help = ArgumentHelp(stringLiteral: parameter.help).named(parameter.placeholder)
        let name = NameSpecification.customLong(parameter.name)
        let completion = completion(for: parameter.completion)
        // A value may begin with a hyphen: `--sort -case`.
        switch (parameter.kind, parameter.repeats, parameter.isRequired) {
        case (.flag, _, _): return Flag<Bool>(wrappedValue: false, name: name, help: ArgumentHelp(stringLiteral: parameter.help))
        case (.option, true, true):
            return Option<[String]>(name: name, parsing: .unconditionalSingleValue, help: help, completion: completion)
        case (.option, true, false):
            return Option<[String]>(wrappedValue: [], name: name, parsing: .unconditionalSingleValue, help: help, completion: completion)
        case (.option, false, true): return Option<String>(name: name, parsing: .unconditional, help: help, completion: completion)
        case (.option, false, false): return Option<String?>(name: name, parsing: .unconditional, help: help, completion: completion)
        case (.argument, true, true): return Argument<[String]>(help: help, completion: completion)
        case (.argument, true, false): return Argument<[String]>(wrappedValue: [], help: help, completion: completion)
        case (.argument, false, true): return Argument<String>(help: help, completion: completion)
        case (.argument, false, false): return Argument<String?>(help: help, completion: completion)
        }
    }

    /// The values given on the command line; none when the parameter was left out.
    static func values(of parameter: CommandParameter, in container: KeyedDecodingContainer<ParameterKey>) throws -> [String] {
        let key = ParameterKey(parameter.name)
        switch (parameter.kind, parameter.repeats, parameter.isRequired) {
        case (.flag, _, _): return try container.decode(Flag<Bool>.self, forKey: key).wrappedValue ? ["true"] : []
        case (.option, true, _): return try container.decode(Option<[String]>.self, forKey: key).wrappedValue
        case (.option, false, true): return [try container.decode(Option<String>.self, forKey: key).wrappedValue]
        case (.option, false, false): return try container.decode(Option<String?>.self, forKey: key).wrappedValue.map { [$0] } ?? []
        case (.argument, true, _): return try container.decode(Argument<[String]>.self, forKey: key).wrappedValue
        case (.argument, false, true): return [try container.decode(Argument<String>.self, forKey: key).wrappedValue]
        case (.argument, false, false): return try container.decode(Argument<String?>.self, forKey: key).wrappedValue.map { [$0] } ?? []
        }
    }

    private static func completion(for kind: CommandParameter.Completion) -> CompletionKind? {
        switch kind {
        case .none: nil
        case .file: .file()
        case .choice(let words): .list(words)
        case .specification, .caseNumber, .item:
            .custom { words, _, prefix async in await Suggestions.names(kind, words: words, prefix: prefix) }
        }
    }
}

extension ArgumentHelp {
    fileprivate func named(_ placeholder: String) -> ArgumentHelp {
        var help = self
        // The parser writes `<name>` itself.
        help.valueName = placeholder.lowercased()
        return help
    }
}
