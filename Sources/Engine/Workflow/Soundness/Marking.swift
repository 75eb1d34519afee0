/// The tokens of a net in one state, one entry per token: where they lie, ascending. Large nets hold few tokens at a time.
struct Marking: Sendable, Hashable {
    private(set) var tokens: [Int32]

    init(_ place: Int) { tokens = [Int32(place)] }

    var count: Int { tokens.count }

    func contains(_ place: Int) -> Bool {
        let place = Int32(place)
        for token in tokens { if token >= place { return token == place } }
        return false
    }

    /// Each marked place once, ascending.
    var places: [Int] {
        var places: [Int] = []
        places.reserveCapacity(tokens.count)
        for token in tokens where places.last != Int(token) { places.append(Int(token)) }
        return places
    }

    mutating func add(_ place: Int) {
        let token = Int32(place)
        tokens.insert(token, at: tokens.firstIndex { $0 > token } ?? tokens.count)
    }

    mutating func remove(_ place: Int) {
        let token = Int32(place)
        if let index = tokens.firstIndex(of: token) { tokens.remove(at: index) }
    }

    mutating func clear(_ places: [Int]) { tokens.removeAll { places.contains(Int($0)) } }

    /// The tokens beyond another marking's; nil when it does not have all of those.
    func excess(over other: Marking) -> [Int]? {
        guard tokens.count >= other.tokens.count else { return nil }
        var excess: [Int] = [], at = 0
        for token in tokens {
            if at < other.tokens.count, other.tokens[at] == token { at += 1 } else { excess.append(Int(token)) }
        }
        return at == other.tokens.count ? excess : nil
    }

    /// The tokens on some of the places.
    func restricted(to isKept: [Bool]) -> Marking {
        var result = self
        result.tokens.removeAll { !isKept[Int($0)] }
        return result
    }
}
