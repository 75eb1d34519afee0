import XQuery

/// Rules about queries: they must be XQuery expressions. What is one, but uses something our XQuery has not learnt yet, is no
/// fault of the file.
extension Verifier {
    /// Mappings are compiled by the reference engine too, so a wrong one decides the verdict.
    mutating func checkMapping(_ mapping: Mapping, _ what: String, _ task: NetTask) {
        if mapping.isExternal { return }
        if mapping.query.trimmingXMLSpace().isEmpty {
            error("yawl-query-empty", name(task), mapping.mark, "\(what) has no query; add one")
            return
        }
        guard let failure = Self.failure(mapping.query, .expression) else { return }
        if failure.isOurs {
            warning(
                "mizzen-query-unsupported", name(task), mapping.mark, "\(what) uses XQuery that is not supported yet: \(failure.message)",
                failure.excerpt)
        } else {
            error("yawl-query-invalid", name(task), mapping.mark, "\(what) is no valid XQuery: \(failure.message)", failure.excerpt)
        }
    }

    /// Queries that the reference engine accepts unread.
    mutating func checkOwnQuery(_ query: String, _ what: String, _ task: NetTask, _ mark: SourceMark, as use: Query.Use = .expression) {
        guard let failure = Self.failure(query, use) else { return }
        let (code, problem) =
            failure.isOurs
            ? ("mizzen-query-unsupported", "uses XQuery that is not supported yet")
            : ("mizzen-query-invalid", "is no valid XQuery and will fail when it is needed")
        warning(code, name(task), mark, "\(what) \(problem): \(failure.message)", failure.excerpt)
    }

    mutating func checkPredicate(of flow: Flow, _ task: NetTask, in scope: NetScope) {
        guard let predicate = flow.predicate else { return }
        if TimerQuestion.isAsked(by: predicate.query) {
            checkTimerPredicate(predicate, task, in: scope)
        } else {
            if CostPredicate.isUsed(in: predicate.query) {
                warning(
                    MizzenRule.costPredicate.rawValue, name(task), predicate.mark,
                    "the flow from \(task.id) to \(flow.target) asks for a cost; there is no cost service, so every cost is 0")
            }
            checkOwnQuery(
                CostPredicate.withoutCosts(predicate.query), "the predicate of the flow from \(task.id) to \(flow.target)", task,
                predicate.mark, as: .predicate)
        }
    }

    private mutating func checkTimerPredicate(_ predicate: Flow.Predicate, _ task: NetTask, in scope: NetScope) {
        do {
            _ = try TimerQuestion(predicate.query, in: scope.net)
        } catch {
            warning(MizzenRule.timerUnknown.rawValue, name(task), predicate.mark, error.message + "; it will fail when it is needed")
        }
    }

    private static func failure(_ query: String, _ use: Query.Use) -> QueryFailure? {
        do {
            _ = try Query.compile(query, as: use)
            return nil
        } catch {
            return QueryFailure(error, in: query)
        }
    }
}

/// A query that did not compile, in words.
struct QueryFailure {
    let message: String
    let excerpt: QueryExcerpt?
    /// The query may well be right: our XQuery is what is lacking.
    let isOurs: Bool

    init(_ error: XQueryError, in query: String) {
        message = error.message
        excerpt = QueryExcerpt(error, in: query)
        let hasPlace = (0 ... query.utf8.count).contains(error.offset)
        let name = hasPlace ? Self.functionName(in: query, at: error.offset) : ""
        isOurs =
            error.kind == .limit || error.code.hasPrefix("MZQ")
            || (error.code == "XPST0017" && (name.isEmpty || StandardFunctions.contains(name)))
            || (["XPST0003", "XPST0008"].contains(error.code) && UnsupportedSyntax.begins(in: query, at: error.offset))
    }

    private static func functionName(in query: String, at offset: Int) -> String {
        let bytes = query.utf8.dropFirst(offset).prefix { byte in
            byte == 45 || byte == 58 || byte == 95 || (48 ... 57).contains(byte) || (65 ... 90).contains(byte)
                || (97 ... 122).contains(byte)
        }
        return String(Substring(bytes))
    }
}

/// `cost(…)`: a number from the reference engine's cost service, put into the text before it is a query; 0 without the service.
enum CostPredicate {
    static func isUsed(in predicate: String) -> Bool { predicate.contains("cost(") }

    static func withoutCosts(_ predicate: String) -> String {
        guard isUsed(in: predicate) else { return predicate }
        var text = "", rest = predicate[...]
        while let start = rest.range(of: "cost(") {
            var depth = 1
            guard
                let end = rest[start.upperBound...].firstIndex(where: { character in
                    depth += character == "(" ? 1 : character == ")" ? -1 : 0
                    return depth == 0
                })
            else { break }
            text += rest[..<start.lowerBound] + "0"
            rest = rest[rest.index(after: end)...]
        }
        return text + rest
    }
}
