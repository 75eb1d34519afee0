import Engine

/// The log holds a row for what happened together; everybody else reads and writes events.
enum EventRows {
    /// Events of rows of the log, in no order.
    static func of(_ rows: String) -> String {
        """
        SELECT l.tenant_id, l.position - cardinality(l.kinds) + e.n AS position, l.aggregate_kind, l.aggregate_id, l.case_number,
          l.seq - cardinality(l.kinds) + e.n AS seq, l.req, l.trace, e.kind, l.at, l.actor, l.format, e.body, e.chain
        FROM \(rows) AS l CROSS JOIN LATERAL unnest(l.kinds, l.bodies, l.chains) WITH ORDINALITY AS e(kind, body, chain, n)
        """
    }

    /// Puts single events into the log: those of a request that follow one another without a gap become one row.
    /// - Parameter columns: what all events of a row share, besides the first three.
    static func insertion(from events: String, _ columns: [String] = ["at", "format", "actor", "req", "aggregate_kind", "trace"]) -> String
    {
        let names = columns.joined(separator: ", "), key = "tenant_id, aggregate_id, case_number, \(names)"
        return """
            INSERT INTO log(tenant_id, aggregate_id, seq, position, case_number, \(names), kinds, bodies, chains)
            SELECT tenant_id, aggregate_id, max(seq), max(position), case_number, \(names),
              array_agg(kind ORDER BY seq), array_agg(body ORDER BY seq), array_agg(chain ORDER BY seq)
            FROM (SELECT *, position - seq AS distance,
                    seq - row_number() OVER (PARTITION BY \(key), position - seq ORDER BY seq) AS island
                  FROM \(events) AS e) AS e
            GROUP BY \(key), distance, island;
            """
    }

    /// Events of a part of a step that share a row.
    struct Run {
        let part: Int
        let first: Int
        private(set) var last: Int
        let sample: NewEvent

        /// Of all parts in their order; places count from 1 over the events of all of them.
        static func runs(of parts: [Step.Part]) -> [Run] {
            var runs: [Run] = [], place = 0
            for (index, part) in parts.enumerated() {
                for event in part.events {
                    place += 1
                    if let run = runs.last, run.part == index,
                        (run.sample.at, run.sample.actor, run.sample.format) == (event.at, event.actor, event.format)
                    {
                        runs[runs.count - 1].last = place
                    } else {
                        runs.append(Run(part: index, first: place, last: place, sample: event))
                    }
                }
            }
            return runs
        }
    }
}
