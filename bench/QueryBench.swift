import CAllocations
import XMLTree
import XQuery

/// What a mapping and a predicate cost: the shapes real specifications are made of, over the data of one case of about 2.5 kB
/// as the engine hands it over.
enum QueryBench {
    static func run() throws {
        let net = try net(), input = QueryInput.composite(net)
        let text = net.materialized().serialized()
        print(
            """
            ## Query\n\nMicroseconds, median (min–max) of 200 batches; a net of \(net.parts.count) variables, \(text.utf8.count) \
            bytes, \(net.materialized().nodeCount) nodes. The result is what the engine asks for: an element, a list of elements, \
            a truth. Blocks are blocks of memory asked for during one call.

            """)
        print("| query | plan | compile | blocks | result | blocks | string | blocks |\n|---|---|---|---|---|---|---|---|")
        for sample in samples {
            let query = try Query.compile(sample.text, as: sample.use)
            let compile = try time { _ = try Query.compile(sample.text, as: sample.use) }
            let result = try result(of: sample, query, input)
            let string = try time { _ = try query.string(over: input, in: environment) }
            print("| \(sample.name) `\(sample.text)` | \(query.plan) | \(compile.text) | \(result.text) | \(string.text) |")
        }
        print(
            """
            \nWhole documents, microseconds per kB:\n
            | | net document | blocks in all | \(order.utf8.count) bytes of one variable | blocks in all |
            |---|---|---|---|---|
            """
        )
        let (wholeBytes, orderBytes) = (Array(text.utf8), Array(order.utf8))
        let (whole, one) = (try XMLDocument.parse(wholeBytes), try XMLDocument.parse(orderBytes))
        let parse = (try time { _ = try XMLDocument.parse(wholeBytes) }, try time { _ = try XMLDocument.parse(orderBytes) })
        let write = (time { _ = whole.serialized() }, time { _ = one.serialized() })
        print("| parse | \(parse.0.per(kilobytes(wholeBytes))) | \(parse.1.per(kilobytes(orderBytes))) |")
        print("| serialize | \(write.0.per(kilobytes(wholeBytes))) | \(write.1.per(kilobytes(orderBytes))) |\n")
    }

    struct Sample {
        let name: String
        let text: String
        var use = Query.Use.expression
        var isList = false
    }

    static let samples: [Sample] = [
        Sample(name: "Q1", text: "<Reason>{/N/Reason/text()}</Reason>"),
        Sample(name: "Q2", text: "<POrder>{/N/POrder/*}</POrder>"),
        Sample(name: "Q3", text: "/N/Approved/text() = 'true' and number(/N/POrder/Order/Total/text()) > 100", use: .predicate),
        Sample(name: "Q4", text: "for $s in /N/POrder/Order/Lines/* return <Line>{$s/*}</Line>", isList: true),
        Sample(
            name: "Q5",
            text: "<Summary><Number>{/N/POrder/Order/OrderNumber/text()}</Number><Lines>{count(/N/POrder/Order/Lines/Line)}</Lines>"
                + "<Units>{sum(/N/POrder/Order/Lines/Line/UnitQuantity)}</Units></Summary>"),
        Sample(name: "Q6", text: "if (/N/Approved/text() = 'true') then <State>{/N/Reason/text()}</State> else <State>none</State>"),
        Sample(name: "P3", text: "//Line[UnitQuantity>3]/UnitCode"),
        Sample(name: "P4", text: "count(/N/POrder/Order/*)"),
    ]

    static let environment = QueryEnvironment(now: 0)

    /// The answer the engine would ask for; a query that gives no element is timed as text only.
    static func result(of sample: Sample, _ query: Query, _ input: QueryInput) throws -> Cost {
        if case .predicate = sample.use { return try time { _ = try query.truth(over: input, in: environment) } }
        if sample.isList || sample.name.hasPrefix("P3") { return try time { _ = try query.elements(over: input, in: environment) } }
        if sample.name.hasPrefix("P") { return try time { _ = try query.string(over: input, in: environment) } }
        return try time { _ = try query.element(over: input, in: environment) }
    }

    /// What one call takes: microseconds, and blocks of memory.
    struct Cost {
        let microseconds: Samples
        let blocks: UInt64

        /// Two cells of a table row.
        var text: String { per(1) }
        func per(_ divisor: Double) -> String { "\(microseconds.divided(by: divisor).text) | \(blocks)" }
    }

    /// Measured over batches short enough that a busy machine spoils few of them.
    static func time(_ body: () throws -> Void) rethrows -> Cost {
        var count = 1
        while true {
            let start = ContinuousClock.now
            for _ in 0 ..< count { try body() }
            if ContinuousClock.now - start > .microseconds(200) || count > 1 << 20 { break }
            count *= 2
        }
        let before = allocations_of_this_thread()
        try body()
        let blocks = allocations_of_this_thread() - before
        var samples = Samples()
        for _ in 0 ..< 200 {
            let start = ContinuousClock.now
            for _ in 0 ..< count { try body() }
            samples.add((ContinuousClock.now - start) / .microseconds(1) / Double(count))
        }
        return Cost(microseconds: samples, blocks: blocks)
    }

    private static func kilobytes(_ bytes: [UInt8]) -> Double { Double(bytes.count) / 1000 }

    /// An order as one variable beside the small ones a net has.
    static func net() throws -> CompositeDocument {
        let others = [
            "<CaseNumber>2026-001734</CaseNumber>", "<Reason>The quantity ordered is above the limit of the contract</Reason>",
            "<Approved>true</Approved>",
            "<Priority>2</Priority>",
            "<Requester><Name>A. Buyer</Name><Department>Purchasing</Department><Phone>555-0199</Phone></Requester>",
            "<Budget><Year>2026</Year><Account>4711-0815</Account><Available>125000.00</Available></Budget>",
            "<Freight><Carrier>Northern Rail</Carrier><Weight>1840.5</Weight><Distance>612</Distance><Insured>false</Insured></Freight>",
            """
            <Deliveries><Delivery><Day>2026-05-04</Day><Lines>2</Lines></Delivery><Delivery>\
            <Day>2026-05-11</Day><Lines>3</Lines></Delivery></Deliveries>
            """,
            "<Remarks>Unload at the south gate. Call one hour before arrival; the crane has to be ordered.</Remarks>",
            "<Attempts>0</Attempts>",
            "<Contact><Street>12 Mill Lane</Street><City>Riverside</City><Country>AU</Country></Contact>", "<Done/>",
        ]
        var texts = others
        texts.insert(order, at: 6)
        return CompositeDocument(rootName: "N", parts: try texts.map { try XMLDocument.parse($0) })
    }

    static let order: String = {
        let units = ["bag", "pallet", "crate", "roll", "drum"]
        let lines = units.enumerated().map { number, unit in
            "<Line><LineNumber>\(number + 1)</LineNumber><UnitCode>\(unit)</UnitCode><UnitQuantity>\(number * 2 + 1)</UnitQuantity>"
                + "<Action>Added</Action><Price>\(number * 13 + 7).50</Price><Remark>as in the frame contract</Remark></Line>"
        }
        return
            """
            <POrder><Order><OrderNumber>PO-2026-0042</OrderNumber><OrderDate>2026-04-17</OrderDate><Currency>AUD</Currency>\
            <Total>481.50</Total><Company><Name>Riverside Machine Works</Name><Address>12 Mill Lane</Address><City>Riverside</City>\
            <PostCode>4000</PostCode></Company><Lines>\(lines.joined())</Lines></Order></POrder>
            """
    }()
}
