import Workflow
import XMLTree

/// Members stand in the order of their names' bytes.
extension CanonicalText {
    static func of(_ state: CaseState) throws -> [UInt8] {
        var form = CanonicalText()
        try form.write(state)
        return form.bytes
    }

    static func of(_ event: CaseEvent) throws -> [UInt8] {
        var form = CanonicalText()
        return form.writeOften(event) ? form.bytes : try CanonicalEncoder.encode(event)
    }

    // MARK: A case

    private mutating func write(_ state: CaseState) throws {
        try object { form in
            try form.member("ending", encoded: state.ending)
            try form.member("exceptions", encoded: state.exceptions)
            form.member("id", state.id)
            form.member("items", state.items.lazy.map { (key: $0.key.description, value: $0.value) }) { $0.write($1) }
            form.member("nets", state.nets.lazy.map { (key: $0.key.description, value: $0.value) }) { $0.write($1) }
            form.member("specification", state.specification)
            form.member("status", state.status.rawValue)
            if let timers = state.timers {
                form.key("timers")
                try form.write(timers)
            }
        }
    }

    private mutating func member(_ name: StaticString, _ specification: SpecificationID) {
        key(name)
        object { form in
            form.member("identifier", specification.identifier)
            form.member("uri", specification.uri)
            form.member("version", specification.version.description)
        }
    }

    private mutating func write(_ net: NetState) {
        object { form in
            form.member("busy", net.busy.lazy.map { $0 }) { $0.write($1) }
            form.member("caseID", net.caseID)
            form.member("children", net.children)
            form.member("net", net.net)
            form.member("parent", net.parent?.description)
            form.member("tokens", net.tokens.lazy.map { $0 }) { $0.write($1) }
        }
    }

    private mutating func write(_ task: BusyTask) {
        object { form in
            form.member("active", task.active)
            form.member("complete", task.complete)
            form.member("entered", task.entered)
            form.member("executing", task.executing)
            form.key("gathered")
            form.list(task.gathered) { $0.write($1.serialized()) }
            form.member("results", task.results)
        }
    }

    private mutating func write(_ item: WorkItem) {
        object { form in
            form.member("choice", item.choice)
            form.member("enabledAt", item.enabledAt)
            form.member("id", item.id)
            form.member("net", item.net)
            form.member("startedAt", item.startedAt)
            form.member("startedBy", item.startedBy)
            form.member("status", item.status.rawValue)
            form.member("suspendedFrom", item.suspendedFrom?.rawValue)
        }
    }

    private mutating func write(_ timers: CaseTimers) throws {
        try object { form in
            form.member("count", timers.count)
            form.member("phases", timers.phases.lazy.map { (key: $0.key.description, value: $0.value) }) { $0.write($1.rawValue) }
            try form.member("running", timers.running.lazy.map { (key: $0.key.description, value: $0.value) }) { try $0.write($1) }
        }
    }

    private mutating func write(_ timer: RunningTimer) throws {
        try object { form in
            form.member("due", timer.due)
            try form.member("failure", encoded: timer.failure)
            form.member("heldSince", timer.heldSince)
            form.member("isInstant", timer.isInstant)
            form.member("net", timer.net)
            form.member("number", timer.number)
        }
    }

    // MARK: Events

    /// False, and nothing is written, when it is none of those that every case consists of.
    private mutating func writeOften(_ event: CaseEvent) -> Bool {
        switch event {
        case .caseStarted(let id, let specification):
            write(event.kind) {
                $0.member("case", id)
                $0.member("specification", specification)
            }
        case .netStarted(let id, let net, let parent, let variables):
            write(event.kind) {
                $0.member("case", id)
                $0.member("net", net)
                $0.member("parent", parent?.description)
                $0.member("variables", variables)
            }
        case .tokenAdded(let id, let condition):
            write(event.kind) {
                $0.member("case", id)
                $0.member("condition", condition)
            }
        case .tokensRemoved(let id, let condition, let count):
            write(event.kind) {
                $0.member("case", id)
                $0.member("condition", condition)
                $0.member("count", count)
            }
        case .itemEnabled(let item, let choice):
            write(event.kind) {
                $0.member("choice", choice)
                $0.member("item", item)
            }
        case .itemWithdrawn(let item), .itemStarted(let item), .itemCancelled(let item), .timerExpired(let item):
            write(event.kind) { $0.member("item", item) }
        case .taskFired(let id, let task, let children):
            write(event.kind) {
                $0.member("case", id)
                $0.member("children", children)
                $0.member("task", task)
            }
        case .itemFired(let item, let net, let input):
            write(event.kind) {
                $0.member("input", input)
                $0.member("item", item)
                $0.member("net", net)
            }
        case .itemCompleted(let item, let output):
            write(event.kind) {
                $0.member("item", item)
                $0.member("output", output)
            }
        case .instanceStarted(let id, let task, let child):
            write(event.kind) {
                $0.member("case", id)
                $0.member("child", child)
                $0.member("task", task)
            }
        case .instanceCompleted(let id, let task, let child, let results, let contribution):
            write(event.kind) {
                $0.member("case", id)
                $0.member("child", child)
                $0.member("contribution", contribution?.serialized())
                $0.member("results", results)
                $0.member("task", task)
            }
        case .variablesAssigned(let id, let variables):
            write(event.kind) {
                $0.member("case", id)
                $0.member("variables", variables)
            }
        case .timerStarted(let item, let net, let due, let isInstant):
            write(event.kind) {
                $0.member("due", due)
                $0.member("isInstant", isInstant)
                $0.member("item", item)
                $0.member("net", net)
            }
        case .taskExited(let id, let task), .taskCancelled(let id, let task):
            write(event.kind) {
                $0.member("case", id)
                $0.member("task", task)
            }
        case .netCompleted(let id, let output):
            write(event.kind) {
                $0.member("case", id)
                $0.member("output", output)
            }
        case .caseCompleted(let output, let isProper):
            write(event.kind) {
                $0.member("isProper", isProper)
                $0.member("output", output)
            }
        default:
            return false
        }
        return true
    }

    private mutating func write(_ kind: String, _ members: (inout Self) -> Void) {
        object { form in
            form.member(kind) { $0.object(members) }
        }
    }
}
