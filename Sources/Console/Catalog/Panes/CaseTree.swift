import Engine
import Workflow

/// A case as a tree: its running nets, the tasks at work in them, and below those their items or the nets that run for them.
enum CaseTree {
    private static let columns = [
        Column("what", "what runs", priority: 0, isFlexible: true, least: 24), Column("status", "status", priority: 0),
        Column("owner", "owner", priority: 1),
        Column("since", "since", alignment: .right, priority: 0), Column("id", "id", priority: 2),
    ]

    static func tree(_ detail: CaseDetail, _ specification: Specification) -> TableTree {
        var nodes: [TableTree.Node] = []
        for net in detail.state.nets.values.filter({ $0.parent == nil }) { add(net, 0, detail, specification, &nodes) }
        for exlet in detail.state.exceptions?.exlets ?? [] {
            let id = "exlet \(exlet.id)"
            nodes.append(.init(row(id, "\(id): \(exlet.kind.text)", .state(.warning, exlet.step.map { $0.text } ?? "done")), depth: 0))
            for worklet in exlet.worklets where !worklet.hasEnded {
                nodes.append(
                    .init(
                        row("\(id)/\(worklet.caseNumber)", "worklet: case \(worklet.caseNumber)", .state(.busy, "running")), depth: 1))
            }
        }
        return TableTree(columns: columns, nodes: nodes)
    }

    private static func add(
        _ net: NetState, _ depth: Int, _ detail: CaseDetail, _ specification: Specification, _ nodes: inout [TableTree.Node]
    ) {
        // Nets cannot be nested deeper than the specification says; a damaged state shall not hang the console.
        guard depth < 200 else { return }
        let model = specification.nets.first { $0.id == net.net }
        nodes.append(
            .init(row("net \(net.caseID)", "net \(net.net)", .state(.busy, "running"), id: net.caseID.description), depth: depth))
        let items = detail.items.filter { owner(of: $0, in: detail.state) == net.caseID }
        let subnets = detail.state.nets.values.filter { sub in
            sub.parent.map { parentNet(of: sub.caseID, in: detail.state) == net.caseID && !$0.task.isEmpty } ?? false
        }
        let tasks = Set(items.map(\.id.task)).union(subnets.compactMap { $0.parent?.task })
        for task in tasks.sorted(by: { NaturalOrder.compare($0, $1) == .before }) {
            let own = items.filter { $0.id.task == task }
            let below = subnets.filter { $0.parent?.task == task }.sorted {
                NaturalOrder.compare($0.caseID.description, $1.caseID.description) == .before
            }
            let title = own.first?.task ?? model?.tasks.first { $0.id == task }?.name ?? task
            if below.isEmpty, own.count == 1, let only = own.first {
                nodes.append(.init(item(only), depth: depth + 1))
                continue
            }
            nodes.append(
                .init(
                    row(
                        "task \(net.caseID):\(task)", title,
                        .text(below.isEmpty ? "\(own.count) items" : "\(below.count) net\(below.count == 1 ? "" : "s")")), depth: depth + 1)
            )
            for one in own.sorted(by: { NaturalOrder.compare($0.id.description, $1.id.description) == .before }) {
                nodes.append(.init(item(one), depth: depth + 2))
            }
            for sub in below { add(sub, depth + 2, detail, specification, &nodes) }
        }
    }

    private static func item(_ item: ItemRow) -> TableRow {
        row(
            item.id.description, item.task, .state(item.status.tone, item.status.text), owner: item.owner, since: item.enabledAt,
            id: item.id.description)
    }

    private static func row(
        _ key: String, _ what: String, _ status: CellValue, owner: String? = nil, since: Int64? = nil, id: String? = nil
    ) -> TableRow {
        TableRow(id: key, cells: [.text(what), status, .text(owner), since.map { .age($0) } ?? .none, .text(id)])
    }

    /// The net an item belongs to: an item that was only offered has its id, one that was started a child of it.
    private static func owner(of item: ItemRow, in state: CaseState) -> CaseID? {
        if state.nets.values.contains(where: { $0.caseID == item.id.caseID && $0.parent?.task != item.id.task }) { return item.id.caseID }
        return parentNet(of: item.id.caseID, in: state)
    }

    /// The nearest net above an id.
    private static func parentNet(of id: CaseID, in state: CaseState) -> CaseID? {
        var place = id.parent
        while let here = place {
            if state.nets.values.contains(where: { $0.caseID == here }) { return here }
            place = here.parent
        }
        return nil
    }
}
