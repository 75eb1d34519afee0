/// Writes small rule files of the worklet service for tests.
public enum RulesText {
    public static func file(uri: String? = nil, _ branches: String...) -> String {
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <spec\(uri.map { " uri=\"\($0)\"" } ?? "")>\n\(branches.joined(separator: "\n"))
        </spec>

        """
    }

    /// Trees under a path such as `constraints/item/pre`.
    public static func branch(_ path: String, _ content: String) -> String {
        path.split(separator: "/").reversed().reduce(content) { "<\($1)>\($0)</\($1)>" }
    }

    public static func task(_ name: String, _ rules: String...) -> String {
        "<task name=\"\(name)\">\n\(rules.joined(separator: "\n"))\n</task>"
    }

    /// The root every tree begins with: nothing is wrong.
    public static let root = rule(0, parent: -1, yes: 1, if: "True", nil)

    /// `steps` are written `suspend workitem, compensate Other, continue workitem`; nil concludes nothing.
    public static func rule(_ id: Int, parent: Int, yes: Int = -1, no: Int = -1, if condition: String, _ steps: String?) -> String {
        let conclusion =
            steps.map { steps in
                steps.split(separator: ";").enumerated().map { place, step in
                    let words = step.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
                    let (action, target) = (words.first.map(String.init) ?? "", words.count > 1 ? String(words[1]) : "")
                    return "<step index=\"\(place + 1)\"><action>\(action)</action><target>\(target)</target></step>"
                }.joined()
            } ?? "null"
        return """
            <ruleNode><id>\(id)</id><parent>\(parent)</parent><trueChild>\(yes)</trueChild><falseChild>\(no)</falseChild>
            <condition>\(YAWLText.escaped(condition))</condition>\
            <conclusion>\(conclusion)</conclusion><cornerstone/><description/></ruleNode>
            """
    }

    /// A tree of one rule, under the root.
    public static func only(if condition: String = "True", _ steps: String) -> String {
        root + "\n" + rule(1, parent: 0, if: condition, steps)
    }
}
