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
        ],
        parameters: [
            CommandParameter("expression", placeholder: "EXPRESSION", help: "the XQuery expression", required: true),
            CommandParameter("data", .option, placeholder: "XML|@FILE", help: "the document it is evaluated over", completion: .file),
            CommandParameter("predicate", .flag, help: "give its effective boolean value"),
        ],
        needsStore: false,
        run: { context, call async throws(EngineError) in
            let text = call["expression"] ?? ""
            let input = try call["data"].map { data throws(EngineError) in QueryInput.document(try DataArguments.document(data, context)) } ?? .none
            let isPredicate = call.isSet("predicate")
            let environment = QueryEnvironment(now: systemMilliseconds())
            let result: String
            do throws(XQueryError) {
                let query = try Query.compile(text, as: isPredicate ? .predicate : .expression)
                result = isPredicate ? String(try query.truth(over: input, in: environment)) : try query.string(over: input, in: environment)
            } catch {
                throw EngineError(.invalid, error.code, "\(error)" + caret(under: error.offset, in: text))
            }
            return CommandResult(sections: [Section(nil, .text(result))], json: .object(["result": .string(result)]))
        })

    /// The line of the expression with a mark below the place; empty when the place is unknown.
    static func caret(under offset: Int, in text: String) -> String {
        let bytes = Array(text.utf8)
        guard offset >= 0, offset <= bytes.count else { return "" }
        let start = bytes[..<offset].lastIndex(of: 10).map { $0 + 1 } ?? 0
        let end = bytes[offset...].firstIndex(of: 10) ?? bytes.count
        let before = String(decoding: bytes[start ..< offset], as: UTF8.self)
        return "\n  " + String(decoding: bytes[start ..< end], as: UTF8.self) + "\n  " + String(repeating: " ", count: before.count) + "^"
    }
}
