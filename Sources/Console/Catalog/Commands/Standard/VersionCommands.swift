import Engine
import Workflow

/// `spec diff`, `spec migrate`: two versions of a specification side by side.
enum VersionCommands {
    static let all: [CommandSpec] = [diff, migrate]

    // MARK: Differences

    private static let diff = CommandSpec(
        id: "spec.diff", words: ["spec", "diff"], summary: "Show what changed between two specifications",
        discussion:
            """
            Each is a file, or NAME@VERSION of a loaded one. Compared is what they say in YAWL's terms: nets, tasks, flows, \
            data, types, timers, resourcing; not the drawing, the authors or the version.
            """,
        examples: [
            .init("mizzen spec diff order@1.0 order@1.1", "two loaded versions"),
            .init("mizzen spec diff order order.yawl -o json", "the loaded one and a file, for a program"),
        ],
        parameters: [
            CommandParameter(
                "old", placeholder: "FILE|NAME[@VERSION]", help: "the old specification", required: true, completion: .specification),
            CommandParameter(
                "new", placeholder: "FILE|NAME[@VERSION]", help: "the new specification", required: true, completion: .specification),
        ],
        needsStoreFor: { call in !["old", "new"].allSatisfy { SpecificationArgument.isFile(call[$0] ?? "") } },
        run: { context, call async throws(EngineError) in
            let old = try await SpecificationArgument.model(call["old"] ?? "", context),
                new = try await SpecificationArgument.model(call["new"] ?? "", context)
            let found = differences(from: old, to: new)
            let headline = "\(old.id.reference) → \(new.id.reference): " + count(found.count, "difference")
            return CommandResult(
                message: headline, sections: found.isEmpty ? [] : [Section(nil, .text(found.map(\.description).joined(separator: "\n")))],
                json: .object([
                    "old": .string(old.id.reference), "new": .string(new.id.reference), "differences": .array(found.map(\.json)),
                ]))
        })

    // MARK: Migration

    private static let migrate = CommandSpec(
        id: "spec.migrate", words: ["spec", "migrate"], changes: true, summary: "Let open cases of one version go on in another",
        discussion:
            """
            Cases are grouped by where they stand. A group maps when everything around its tokens and its work means the same in \
            the new version, its data fit and its end is not out of reach. What maps is carried over, case by case and each whole; \
            the others stay where they are. With --dry-run nothing is changed.
            """,
        examples: [
            .init("mizzen spec migrate order@1.0 order@1.1 --dry-run", "which open cases could go on in 1.1, and why others could not"),
            .init("mizzen spec migrate order@1.0 order@1.1", "carries over those that can"),
        ],
        parameters: [
            CommandParameter(
                "from", placeholder: "NAME@OLD", help: "the version the cases are in", required: true, completion: .specification),
            CommandParameter("to", placeholder: "NAME@NEW", help: "the version they go on in", required: true, completion: .specification),
            CommandParameter("dry-run", .flag, help: "only say what would happen"),
        ], danger: .confirm,
        run: { context, call async throws(EngineError) in
            let to = SpecificationReference(call["to"] ?? "")
            let plan = try await context.session().migrationPlan(
                from: SpecificationReference(call["from"] ?? ""), to: to)
            var moved: [Int64] = [], refused: [(number: Int64, reason: String)] = []
            if !call.isSet("dry-run") {
                let target = SpecificationReference(name: to.name, version: plan.to.version)
                for number in plan.groups.filter(\.maps).flatMap(\.cases) {
                    do throws(EngineError) {
                        // Each case is a command of its own and needs an id of its own.
                        _ = try await context.perform(.migrateCase(number, to: target), request: RequestID("\(context.request).\(number)"))
                        moved.append(number)
                    } catch {
                        // Somebody worked on it meanwhile: it stays, and the others go on.
                        refused.append((number, error.message))
                    }
                }
            }
            return result(plan, moved: call.isSet("dry-run") ? nil : moved, refused)
        })

    private static func result(_ plan: MigrationPlan, moved: [Int64]?, _ refused: [(number: Int64, reason: String)]) -> CommandResult {
        let all = plan.groups.reduce(0) { $0 + $1.cases.count }, mapping = plan.groups.filter(\.maps).reduce(0) { $0 + $1.cases.count }
        let versions = "\(plan.from.reference) → \(plan.to.reference)"
        let headline =
            moved.map { "\(versions): \(count($0.count, "case")) migrated, \(count(all - $0.count, "case")) left in \(plan.from.version)" }
            ?? "\(versions): \(mapping) of \(count(all, "open case")) would migrate; nothing was changed"
        var sections = plan.groups.map { group in
            Section(
                "\(count(group.cases.count, "case")) \(group.maps ? "map" : "stay")\(group.cases.count == 1 ? "s" : "")",
                .fields(
                    [Section.Field("marking", group.marking.description), Section.Field("cases", listed(group.cases))]
                        + group.obstacles.map { Section.Field("because", $0.description) }))
        }
        if !refused.isEmpty {
            sections.append(Section("refused meanwhile", .text(refused.map { "case \($0.number): \($0.reason)" }.joined(separator: "\n"))))
        }
        return CommandResult(
            message: headline, sections: sections,
            json: .object([
                "from": .string(plan.from.reference), "to": .string(plan.to.reference), "dryRun": .bool(moved == nil),
                "groups": .array(plan.groups.map(\.json)), "migrated": .array((moved ?? []).map { .integer($0) }),
                "refused": .array(refused.map { .object(["case": .integer($0.number), "reason": .string($0.reason)]) }),
            ]))
    }

    /// The first of many numbers.
    private static func listed(_ cases: [Int64]) -> String {
        let shown = cases.prefix(20).map { String($0) }.joined(separator: ", ")
        return cases.count > 20 ? shown + " … (\(cases.count - 20) more)" : shown
    }

    private static func count(_ number: Int, _ noun: String) -> String { number == 1 ? "1 \(noun)" : "\(number) \(noun)s" }
}

extension Difference {
    package var json: JSONValue {
        var members = [JSONValue.Member("element", element.json)]
        switch change {
        case .added: members.append(.init("change", .string("added")))
        case .removed: members.append(.init("change", .string("removed")))
        case .changed(let aspect, let old, let new):
            members += [
                .init("change", .string("changed")), .init("aspect", .string(aspect)), .init("old", .string(old)),
                .init("new", .string(new)),
            ]
        }
        return .object(members)
    }
}

extension ElementPath {
    /// From the outermost in; empty for the specification as a whole.
    fileprivate var json: JSONValue { .array(parts.map { .object(["kind": .string($0.kind.rawValue), "name": .string($0.name)]) }) }
}

extension MigrationPlan.Group {
    fileprivate var json: JSONValue {
        .object([
            "maps": .bool(maps), "cases": .array(cases.map { .integer($0) }),
            "marking": .array(
                marking.nets.map { net in
                    .object([
                        "net": .string(net.path),
                        "tokens": .object(
                            net.tokens.sorted { $0.key < $1.key }.map { JSONValue.Member($0.key, .integer(Int64($0.value))) }),
                        "busy": .array(net.busy.map { .string($0) }),
                    ])
                }),
            "obstacles": .array(obstacles.map { .object(["element": $0.element.json, "reason": .string($0.reason)]) }),
        ])
    }
}
