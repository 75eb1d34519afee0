import XMLTree

/// One thing that is not the same in two states of a case. Compared are status, tokens, busy tasks, data, items, timers and the ending.
public struct CaseDifference: Sendable, Equatable {
    public enum Aspect: String, Sendable {
        case status, token, task, variable, item, timer, ending
    }

    public let aspect: Aspect
    /// The net it is in; nil for the case as a whole.
    public let net: CaseID?
    /// The condition, task, variable or item; of a timer its owner.
    public let subject: String
    /// What it was and what it became; nil where it was not there.
    public let before: String?
    public let after: String?
}

extension CaseState {
    /// What changed since an earlier state of the same case, in a fixed order: the case, then net by net, then items. Times
    /// and counters count only when `==` is asked.
    public func differences(from earlier: CaseState) -> [CaseDifference] {
        var found: [CaseDifference] = []
        func compare(_ aspect: CaseDifference.Aspect, _ net: CaseID?, _ old: [String: String], _ new: [String: String]) {
            for subject in Set(old.keys).union(new.keys).sorted(by: { $0.precedes($1) }) where old[subject] != new[subject] {
                found.append(CaseDifference(aspect: aspect, net: net, subject: subject, before: old[subject], after: new[subject]))
            }
        }
        compare(.status, nil, ["case": earlier.status.text], ["case": status.text])
        for id in Set(earlier.nets.keys).union(nets.keys).sorted() {
            let (old, new) = (earlier.nets[id], nets[id])
            compare(.token, id, old?.tokenTexts ?? [:], new?.tokenTexts ?? [:])
            compare(.task, id, old?.busyTexts ?? [:], new?.busyTexts ?? [:])
            compare(.variable, id, old?.variables.texts ?? [:], new?.variables.texts ?? [:])
        }
        compare(.item, nil, earlier.itemTexts, itemTexts)
        compare(.timer, nil, earlier.timerTexts, timerTexts)
        compare(.ending, nil, earlier.ending?.texts ?? [:], ending?.texts ?? [:])
        return found
    }

    private var timerTexts: [String: String] {
        Dictionary(
            uniqueKeysWithValues: (timers?.running ?? [:]).map { owner, timer in
                (
                    owner.description,
                    (timer.heldSince == nil ? "runs" : "stands still") + (timer.failure.map { ", failed: \($0.reason)" } ?? "")
                )
            })
    }

    private var itemTexts: [String: String] {
        Dictionary(
            uniqueKeysWithValues: items.values.map { item in
                let owner = item.startedBy.map { " by \($0)" } ?? ""
                let documents = [item.data, item.output].compactMap { $0?.serialized() }.map { " " + $0 }.joined()
                return (item.id.description, item.status.text + owner + documents)
            })
    }
}

extension NetState {
    fileprivate var tokenTexts: [String: String] { Dictionary(uniqueKeysWithValues: tokens.map { ($0, String($1)) }) }
    fileprivate var busyTexts: [String: String] { Dictionary(uniqueKeysWithValues: busy.map { ($0, $1.text) }) }
}

extension BusyTask {
    fileprivate var text: String {
        let phases = [("entered", entered), ("executing", executing), ("complete", complete)].filter { !$0.1.isEmpty }
        return phases.map { "\($0.0) " + $0.1.map(\.description).joined(separator: ", ") }.joined(separator: "; ")
            + results.map { " " + $0.value.serialized() }.joined()
    }
}

extension [Variable] {
    fileprivate var texts: [String: String] {
        Dictionary(map { ($0.name, $0.value.serialized()) }) { first, _ in first }
    }
}

extension CaseState.Ending {
    fileprivate var texts: [String: String] {
        var texts = variables.texts
        texts["(output)"] = output?.serialized()
        texts["(completion)"] = isProper ? "proper" : nil
        texts["(deadlocked)"] = deadlocked.isEmpty ? nil : deadlocked.joined(separator: ", ")
        return texts
    }
}
