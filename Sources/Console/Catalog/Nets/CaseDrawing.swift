import Engine
import TextCells
import Workflow

/// The nets of a case with what is going on in them, the root net first, and those of a specification.
enum CaseDrawing {
    static func drawing(_ state: CaseState, _ specification: Specification, _ standings: [TaskStanding]) -> Drawing {
        var diagrams: [String: NetDiagram] = [:]
        let running = state.nets.values.sorted { NaturalOrder.compare($0.caseID.description, $1.caseID.description) == .before }
        guard !running.isEmpty else { return drawing(specification, roots: true) }
        let parts = running.compactMap { net -> (title: String, drawing: Drawing)? in
            guard let model = specification.nets.first(where: { $0.id == net.net }) else { return nil }
            let diagram = diagrams[net.net] ?? NetDiagram(model, in: specification)
            diagrams[net.net] = diagram
            var marks = NetDiagram.Marks()
            for (condition, count) in net.tokens { marks.tokens[condition] = count }
            for standing in standings where standing.net == net.caseID {
                if let text = standing.markText { marks.tasks[standing.task] = .init(text: text, tone: standing.tone) }
            }
            return ("\(net.net) (\(net.caseID))", diagram.drawing(marks))
        }
        return stacked(parts)
    }

    /// - Parameter items: open items, whose number and age are shown at their tasks.
    static func drawing(_ specification: Specification, roots: Bool = false, items: [ItemRow] = [], now: Int64 = 0) -> Drawing {
        var marks = NetDiagram.Marks()
        for (task, items) in Dictionary(grouping: items, by: \.id.task) {
            let oldest = items.map(\.enabledAt).min() ?? now
            marks.tasks[task] = .init(text: "\(items.count) open", tone: heat(now - oldest))
        }
        let nets = specification.nets.sorted { $0.isRoot && !$1.isRoot }.filter { !roots || $0.isRoot }
        return stacked(nets.map { ($0.id, NetDiagram($0, in: specification).drawing(marks)) })
    }

    /// Older than an hour is worth a look, older than a day is bad. Milliseconds.
    private static func heat(_ age: Int64) -> Tone { age > 86_400_000 ? .danger : age > 3_600_000 ? .warning : .good }

    private static func stacked(_ parts: [(title: String, drawing: Drawing)]) -> Drawing {
        var result: Drawing?
        for part in parts {
            var title = Drawing(width: part.title.cellWidth, height: 1)
            title.write(part.title, x: 0, y: 0, tone: .title)
            let one = title.above(part.drawing, gap: 0)
            result = result?.above(one, gap: 1) ?? one
        }
        var legend = Drawing(width: NetDiagram.legend.cellWidth, height: 1)
        legend.write(NetDiagram.legend, x: 0, y: 0, tone: .dim)
        return result?.above(legend, gap: 1) ?? legend
    }
}

extension TaskStanding {
    /// What is written into the task's box; nil when there is nothing to say.
    fileprivate var markText: String? {
        switch reason {
        case .items(let items, let status, let owner):
            return (items.count > 1 ? "\(items.count) " : "") + (status == .executing ? owner ?? state : state)
        case .subnets(let nets): return nets.count > 1 ? "\(nets.count) running" : state
        case .missing(_, let present): return present.isEmpty ? nil : state
        case .mayStillCome, .caseStands, .about: return state
        case .notReached, .unreachable: return nil
        }
    }
}
