/// The lookups of hosts' names under way, on the loop's thread. libcurl looks each name up on a thread of its own; so that a thousand
/// transfers to one host do not start a thousand threads, one looks up and the others wait for what it finds (single flight).
final class NameLookups {
    /// Who looks up, by `Transfer.place`.
    private var leaders: [String: Transfer] = [:]
    private var waiting: [String: [Transfer]] = [:]
    private var ready: [Transfer] = []

    /// Asked when libcurl is about to look up, because its cache does not know the name.
    func mayStart(_ transfer: Transfer) -> Bool {
        if let leader = leaders[transfer.place], leader !== transfer { return false }
        leaders[transfer.place] = transfer
        return true
    }

    /// The name has been looked up; libcurl's cache knows it now.
    func hasAddress(_ transfer: Transfer) {
        guard leaders[transfer.place] === transfer else { return }
        leaders[transfer.place] = nil
        ready += waiting.removeValue(forKey: transfer.place) ?? []
    }

    /// Less time than this is not worth a lookup, in milliseconds: after a name server that does not answer, every one of a thousand
    /// would otherwise try it for its last millisecond.
    private static let shortest: Int64 = 100

    /// The leader has ended without an address. Gives those that end likewise: all where there is no such name, otherwise those
    /// that have no time for another lookup. One of the rest looks up next.
    func hasEnded(_ transfer: Transfer, isNameless: Bool, at now: Int64) -> [Transfer] {
        guard leaders[transfer.place] === transfer else { return [] }
        leaders[transfer.place] = nil
        let others = waiting.removeValue(forKey: transfer.place) ?? []
        func isOver(_ other: Transfer) -> Bool { isNameless || other.connectDeadline - now < Self.shortest }
        ready += others.filter { !isOver($0) }
        return others.filter(isOver)
    }

    func wait(_ transfer: Transfer) {
        if leaders[transfer.place] == nil { ready.append(transfer) } else { waiting[transfer.place, default: []].append(transfer) }
    }

    /// Those that can go on.
    func takeReady() -> [Transfer] {
        defer { ready = [] }
        return ready
    }

    /// When the first of those that wait has no more time; nil: nobody waits.
    var deadline: Int64? { waiting.values.joined().map(\.connectDeadline).min() }

    /// Takes out those that wait in vain.
    func takeOut(where isOut: (Transfer) -> Bool) -> [Transfer] {
        let out = waiting.values.joined().filter(isOut)
        if !out.isEmpty { waiting = waiting.mapValues { $0.filter { !isOut($0) } } }
        return out
    }
}
