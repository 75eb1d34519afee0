import Engine
import Workflow
import XMLTree
import XQuery

/// `query`: an expression tried out, for people who write mappings and predicates.
enum QueryCommand {
    static let query = CommandSpec(
        id: "query", words: ["query"], summary: "Evaluate an XQuery expression, as a mapping or predicate would",
        discussion: "The document of --data is what / stands for, as a net's data are for its mappings. Nothing outside it can be read.",
        examples: [
            .init("mizzen query 'sum(/order/line/price)' --data @order.xml", "over a file"),
            .init("mizzen query '/Net/n > 5' --data '<Net><n>7</n></Net>' --predicate", "as a flow's condition: true or false"),
            .init("mizzen query '<n>{/Net/n/text()}</n>' --explain", "how it would be run"),
        ],
        parameters: [
            CommandParameter("expression", placeholder: "EXPRESSION", help: "the XQuery expression", required: true),
            CommandParameter("data", .option, placeholder: "XML|FILE", help: "the document it is evaluated over", completion: .file),
            CommandParameter("predicate", .flag, help: "give its effective boolean value"),
            CommandParameter("explain", .flag, help: "compile only, and say which fast path or plan runs it"),
        ],
        needsStore: false,
        run: { context, call async throws(EngineError) in
            let text = call["expression"] ?? ""
            let input =
                try call["data"].map { data throws(EngineError) in QueryInput.document(try DataArguments.document(data, context)) } ?? .none
            let isPredicate = call.isSet("predicate")
            let environment = QueryEnvironment(now: systemMilliseconds())
            do throws(XQueryError) {
                let query = try Query.compile(text, as: isPredicate ? .predicate : .expression)
                if call.isSet("explain") { return explanation(of: query) }
                let result =
                    isPredicate ? String(try query.truth(over: input, in: environment)) : try query.string(over: input, in: environment)
                return CommandResult(sections: [Section(nil, .text(result))], json: .object(["result": .string(result)]))
            } catch {
                throw EngineError(.invalid, error.code, "\(error)" + (QueryExcerpt(error, in: text).map { "\n" + $0.text } ?? ""))
            }
        })

    private static func explanation(of query: Query) -> CommandResult {
        let plan = query.plan == "general" ? "general: evaluated step by step" : "fast path: \(query.plan)"
        let stack = query.isShallow ? "the caller's" : "a thread of its own, since it nests deeply"
        return CommandResult(
            sections: [Section(nil, .fields([.init("plan", plan), .init("stack", stack)]))],
            json: .object(["plan": .string(query.plan), "shallow": .bool(query.isShallow)]))
    }
}
