import Engine

/// The store itself: its schema and settings, its copies, the proof that its log is whole, and who serves it.
enum StoreCommands {
    static let all: [CommandSpec] = [migrate, check, backup, restore, verify]

    private static let migrate = CommandSpec(
        id: "db.migrate", words: ["db", "migrate"], changes: true, summary: "Bring the tables of a PostgreSQL database up to date",
        discussion:
            """
            Opening a database does so too, where its user may; run this as the owner of the tables where he \
            may not. Also makes the log's partitions for the months to come.
            """,
        examples: [
            .init("mizzen db migrate --store postgresql://owner@db/work", "as the owner"),
            .init("mizzen db migrate --print", "the statements, to be read"),
        ],
        parameters: [CommandParameter("print", .flag, help: "print the statements and change nothing")],
        run: { context, call async throws(EngineError) in
            if call.isSet("print") {
                let script = try context.keeper().migrationScript()
                var result = CommandResult(sections: [Section(nil, .text(script))], json: .string(script))
                result.verbatim = script
                return result
            }
            let done = try await context.keeper().migrateStore()
            return CommandResult(
                done: done.isEmpty ? "The tables are up to date" : "Done: " + done.joined(separator: ", "),
                ["migrations": .array(done.map { .string($0) })])
        })

    private static let check = CommandSpec(
        id: "db.check", words: ["db", "check"], summary: "Check the settings of the PostgreSQL server, and say what to change",
        examples: [.init("mizzen db check --store pg", "the server PG* name")],
        run: { context, _ async throws(EngineError) in
            let checks = try await context.keeper().checkSettings()
            let columns = [
                Column("setting", "setting", priority: 0), Column("value", "value", priority: 0), Column("verdict", "verdict", priority: 0),
                Column("advice", "what to do", priority: 0, isFlexible: true),
            ]
            let table = Table(
                columns: columns,
                rows: checks.map { check in
                    TableRow(id: check.name, cells: [.text(check.name), .text(check.value), check.verdict.cell, .text(check.advice)])
                })
            var result = CommandResult(table: table, empty: "Nothing to check")
            result.isFailure = checks.contains { $0.verdict == .bad }
            return result
        })

    private static let backup = CommandSpec(
        id: "backup", words: ["backup"], summary: "Write everything into one new file, while work goes on",
        discussion:
            "The file is an SQLite store: --store opens it as it is, and `mizzen restore` fills another store from it, of either kind.",
        examples: [.init("mizzen backup work.backup --store pg", "from PostgreSQL into a file")],
        parameters: [CommandParameter("file", placeholder: "FILE", help: "the new file", required: true, completion: .file)],
        run: { context, call async throws(EngineError) in
            let file = call["file"] ?? ""
            let copied = try await context.keeper().backup(to: file, progress: progress(context))
            return result("Wrote \(file)", copied)
        })

    private static let restore = CommandSpec(
        id: "restore", words: ["restore"], changes: true, summary: "Fill an empty store from a backup",
        examples: [.init("mizzen restore work.backup --store postgresql://db/work", "from a file into PostgreSQL")],
        parameters: [CommandParameter("file", placeholder: "FILE", help: "a backup", required: true, completion: .file)],
        run: { context, call async throws(EngineError) in
            let copied = try await context.keeper().restore(from: call["file"] ?? "", progress: progress(context))
            return result("Filled \(try context.session().storeName)", copied)
        })

    private static func progress(_ context: CommandContext) -> Keeper.TransferProgress {
        { context.progress(Int(clamping: $0.done), Int(clamping: $0.total)) }
    }

    private static func result(_ message: String, _ copied: StoreTransfer) -> CommandResult {
        let columns = [Column("table", "table", priority: 0), Column("rows", "rows", alignment: .right, priority: 0)]
        let table = Table(
            columns: columns, rows: copied.counts.map { TableRow(id: $0.table, cells: [.text($0.table), .integer($0.rows)]) })
        return CommandResult(
            message: "\(message): \(copied.rows) rows; read again, both have the hash \(copied.hash.prefix(16))…",
            sections: [Section(nil, .table(table, empty: ""))],
            json: .object(["rows": .integer(copied.rows), "hash": .string(copied.hash), "tables": table.json]))
    }

    private static let verify = CommandSpec(
        id: "audit.verify", words: ["audit", "verify"],
        summary: "Prove that nobody changed the log, or name everything that was changed",
        discussion: "Each event carries the hash of the one before it, and what is stored has to agree. Ends with 1 when it does not.",
        examples: [.init("mizzen audit verify", "the whole log"), .init("mizzen audit verify 7", "the log of case 7")],
        parameters: [CommandParameter("case", placeholder: "CASE", help: "only this case", completion: .caseNumber)],
        run: { context, call async throws(EngineError) in
            let session = try context.session()
            let report: AuditReport
            if call["case"] != nil {
                report = try await session.verifyAudit(case: try CaseCommands.caseNumber(call))
            } else {
                report = try await context.keeper().verifyAudit()
            }
            guard let fault = report.fault else {
                return CommandResult(
                    done: "The log is whole: \(report.events) events follow from each other",
                    [
                        "events": .integer(report.events), "logs": .integer(Int64(report.aggregates)), "fault": .null,
                    ])
            }
            let count = report.faulty == 1 ? "" : "; \(report.faulty) logs are broken"
            var result = CommandResult(
                done: "The log is broken: \(place(of: fault))\(fault.message)\(count)",
                [
                    "events": .integer(report.events), "logs": .integer(Int64(report.aggregates)), "faulty": .integer(Int64(report.faulty)),
                    "fault": json(of: fault), "faults": .array(report.faults.map(json)),
                ])
            if report.faulty > 1 {
                var lines = report.faults.map { place(of: $0) + $0.message }
                if report.faulty > lines.count { lines.append("and \(report.faulty - lines.count) more") }
                result.sections = [Section("Broken", .text(lines.joined(separator: "\n")))]
            }
            result.isFailure = true
            return result
        })

    private static func place(of fault: AuditReport.Fault) -> String { "\(fault.kind) \(fault.number): " }

    private static func json(of fault: AuditReport.Fault) -> JSONValue {
        .object([
            "kind": .string(fault.kind), "number": .integer(fault.number), "tenant": .integer(fault.tenant.rawValue),
            "case": .integer(fault.caseNumber), "event": .integer(fault.sequence), "message": .string(fault.message),
        ])
    }
}

private extension SettingCheck.Verdict {
    var cell: CellValue {
        switch self {
        case .good: .state(.good, "good")
        case .advice: .state(.warning, "advice")
        case .bad: .state(.danger, "bad")
        }
    }
}
