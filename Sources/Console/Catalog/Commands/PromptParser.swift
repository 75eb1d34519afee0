import Engine

/// Reads a line such as `case start hello --param amount=3` into a call: what the `:` prompt and keymaps write.
extension CommandRegistry {
    /// - Parameter subject: the selected row; a required argument that is not typed is taken from it, by name.
    /// - Throws: `unknown-command`, `bad-argument`, `missing-argument`.
    public func parse(_ line: String, subject: CommandSubject = CommandSubject()) throws(EngineError) -> CommandCall {
        guard let words = ShellWords.split(line) else { throw EngineError(.invalid, "bad-argument", "a quote is not closed") }
        guard let (spec, rest) = match(words) else {
            // The name of a pane opens it.
            if words.count == 1, let pane = pane(words[0]) { return CommandCall("pane.open", with: ["pane": pane.id]) }
            throw EngineError(.invalid, "unknown-command", unknown(words))
        }
        var call = CommandCall(spec.id)
        var positional = spec.parameters.filter { $0.kind == .argument }[...]
        var index = 0
        // After "--" nothing is an option.
        var onlyArguments = false
        while index < rest.count {
            let word = rest[index]
            index += 1
            if word == "--", !onlyArguments {
                onlyArguments = true
            } else if word.hasPrefix("--"), !onlyArguments {
                let name = String(word.dropFirst(2).prefix { $0 != "=" })
                guard let parameter = spec.parameters.first(where: { $0.name == name && $0.kind != .argument }) else {
                    throw EngineError(
                        .invalid, "bad-argument",
                        "\(spec.words.joined(separator: " ")) has no option --\(name)\(Self.shellOnly(word)): \(spec.usage)")
                }
                var value = "true"
                if parameter.kind == .option {
                    if let equals = word.firstIndex(of: "=") {
                        value = String(word[word.index(after: equals)...])
                    } else {
                        guard index < rest.count else {
                            throw EngineError(.invalid, "bad-argument", "--\(name) needs a value: \(parameter.placeholder)")
                        }
                        value = rest[index]
                        index += 1
                    }
                }
                if !parameter.repeats, call.isSet(name) { throw EngineError(.invalid, "bad-argument", "--\(name) is given twice") }
                call.arguments[name, default: []].append(value)
            } else {
                guard let parameter = positional.first else {
                    throw EngineError(.invalid, "bad-argument", "“\(word)” is one word too many\(Self.shellOnly(word)): \(spec.usage)")
                }
                call.arguments[parameter.name, default: []].append(word)
                if !parameter.repeats { positional.removeFirst() }
            }
        }
        for parameter in spec.parameters where parameter.kind == .argument && parameter.isRequired && !call.isSet(parameter.name) {
            if let value = subject.argument(parameter.name) { call.arguments[parameter.name] = [value] }
        }
        try spec.check(call)
        return call
    }

    /// How the line could go on, the likeliest first; whole lines.
    /// - Parameter names: what there is of a kind of thing; consulted where a command wants one.
    package func completions(_ line: String, names: (CommandParameter.Completion) -> [String] = { _ in [] }) -> [String] {
        let typed = line.split(separator: " ", omittingEmptySubsequences: true).map(String.init)
        guard !typed.isEmpty else { return [] }
        let isOpen = !line.hasSuffix(" ")
        if let (spec, _) = match(typed), let last = typed.last, isOpen, last.hasPrefix("--") {
            let before = typed.dropLast().joined(separator: " ")
            return spec.parameters.filter { $0.kind != .argument && ("--" + $0.name).hasPrefix(last) }.map { before + " --" + $0.name }
        }
        if let (spec, rest) = match(typed), !isOpen || !rest.isEmpty {
            let begun = isOpen ? typed.last ?? "" : ""
            let words = isOpen ? Array(rest.dropLast()) : rest
            guard let parameter = spec.parameter(after: words) else { return [] }
            let before = (isOpen ? typed.dropLast() : typed[...]).joined(separator: " ")
            return names(parameter.completion).filter { $0.hasPrefix(begun) && $0 != begun }.prefix(50).map {
                before + " " + ShellWords.quote($0)
            }
        }
        let text = typed.joined(separator: " ") + (isOpen ? "" : " ")
        let names = commands.filter { !$0.words.isEmpty }.map { $0.words.joined(separator: " ") } + panes.map(\.id)
        return names.filter { $0.hasPrefix(text) && $0 != text }.sorted { $0.count < $1.count }
    }

    /// Options of the program itself mean nothing where it is running already.
    private static func shellOnly(_ word: String) -> String {
        ["-o", "--output", "--store", "--request", "--no-color"].contains { word == $0 || word.hasPrefix($0 + "=") }
            ? "; it is for the shell only" : ""
    }

    private func unknown(_ words: [String]) -> String {
        let typed = words.joined(separator: " ")
        let begun = commands.filter { spec in !spec.words.isEmpty && spec.words.first == words.first }
        if !begun.isEmpty {
            return "“\(typed)” is no command; \(words[0]) knows \(begun.compactMap { $0.words.dropFirst().first }.joined(separator: ", "))"
        }
        return typed.isEmpty ? "type a command, such as case start NAME" : "there is no command “\(typed)”; press ? for those there are"
    }
}

extension CommandSpec {
    /// What the word after these words would be a value of; nil when there is no more to give.
    package func parameter(after words: [String]) -> CommandParameter? {
        func option(_ word: String) -> CommandParameter? { parameters.first { $0.kind == .option && "--" + $0.name == word } }
        if let last = words.last, let option = option(last) { return option }
        var given = 0
        var isValue = false
        for word in words {
            if isValue { isValue = false } else if word.hasPrefix("--") { isValue = option(word) != nil } else { given += 1 }
        }
        let positional = parameters.filter { $0.kind == .argument }
        return positional[safe: given] ?? positional.last.flatMap { $0.repeats ? $0 : nil }
    }
}
