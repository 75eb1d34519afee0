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
            warning("mizzen-query-unsupported", name(task), mapping.mark, "\(what) uses XQuery that is not supported yet: \(failure.message)", failure.excerpt)
        } else {
            error("yawl-query-invalid", name(task), mapping.mark, "\(what) is no valid XQuery: \(failure.message)", failure.excerpt)
        }
    }

    /// Queries that the reference engine accepts unread.
    mutating func checkOwnQuery(_ query: String, _ what: String, _ task: NetTask, _ mark: SourceMark, as use: Query.Use = .expression) {
        guard let failure = Self.failure(query, use) else { return }
        let (code, problem) = failure.isOurs
            ? ("mizzen-query-unsupported", "uses XQuery that is not supported yet")
            : ("mizzen-query-invalid", "is no valid XQuery and will fail when it is needed")
        warning(code, name(task), mark, "\(what) \(problem): \(failure.message)", failure.excerpt)
    }

    mutating func checkPredicate(of flow: Flow, _ task: NetTask, in scope: NetScope) {
        guard let predicate = flow.predicate else { return }
        if let timer = TimerPredicate(predicate.query) {
            checkTimerPredicate(timer, predicate, task, in: scope)
        } else if !CostPredicate.isUsed(in: predicate.query) {
            checkOwnQuery(predicate.query, "the predicate of the flow from \(task.id) to \(flow.target)", task, predicate.mark, as: .predicate)
        }
    }

    private mutating func checkTimerPredicate(_ timer: TimerPredicate, _ predicate: Flow.Predicate, _ task: NetTask, in scope: NetScope) {
        let asked = scope.tasks.first { $0.name == timer.task } ?? scope.tasks.first { $0.id == timer.task }
        if asked == nil {
            warning("mizzen-timer-unknown", name(task), predicate.mark, "the predicate asks for the timer of \(timer.task), but the net \(scope.net.id) has no task of that name")
        } else if asked?.timer == nil {
            warning("mizzen-timer-unknown", name(task), predicate.mark, "the predicate asks for the timer of \(timer.task), which has none; the query will fail")
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
        let hasPlace = (0...query.utf8.count).contains(error.offset)
        let name = hasPlace ? Self.functionName(in: query, at: error.offset) : ""
        isOurs = error.kind == .limit || error.code.hasPrefix("MZQ")
            || (error.code == "XPST0017" && (name.isEmpty || StandardFunctions.contains(name)))
            || (["XPST0003", "XPST0008"].contains(error.code) && UnsupportedSyntax.begins(in: query, at: error.offset))
    }

    private static func functionName(in query: String, at offset: Int) -> String {
        let bytes = query.utf8.dropFirst(offset).prefix { byte in
            byte == 45 || byte == 58 || byte == 95 || (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
        }
        return String(Substring(bytes))
    }
}

/// `timer(Name) = 'state'` or `timer(Name) != 'state'`: asks for the state of a task's timer instead of the data.
struct TimerPredicate {
    let task: String

    /// `nil` when the predicate is no such question.
    init?(_ predicate: String) {
        let text = predicate.trimmingXMLSpace()
        guard text.hasPrefix("timer("), let close = text.firstIndex(of: ")") else { return nil }
        task = text[text.index(text.startIndex, offsetBy: 6)..<close].trimmingXMLSpace()
    }
}

/// `cost(…)`: a number from the reference engine's cost service, put into the text before it is a query.
enum CostPredicate {
    static func isUsed(in predicate: String) -> Bool { predicate.contains("cost(") }
}
