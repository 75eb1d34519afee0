/// A dictionary for few entries: a sorted array, searched by halves. What a case consists of is kept in these, because most of its tables
/// have one to a dozen entries: an array that small is searched faster than a hash table, and cheap to copy.
///
/// Entries stand in the order of `SearchKey`, which means nothing to anybody: sort what people see.
public struct SmallDictionary<Key: SearchKey, Value> {
    public typealias Element = (key: Key, value: Value)

    fileprivate struct Entry {
        let key: Key
        var value: Value
    }

    private var entries: [Entry] = []

    public init() {}

    /// Of several values for a key the last one counts.
    public init(_ elements: some Sequence<(Key, Value)>) {
        for (key, value) in elements { self[key] = value }
    }

    public subscript(key: Key) -> Value? {
        get { look(at: key) { $0 } }
        set {
            if let newValue { set(newValue, for: key) } else { remove(key) }
        }
    }

    // Not as key paths, which generic code makes anew each time.
    public var keys: [Key] { entries.map { $0.key } }
    public var values: [Value] { entries.map { $0.value } }

    public func contains(key: Key) -> Bool { place(of: key).isKnown }

    public func mapValues<Other>(_ transform: (Value) throws -> Other) rethrows -> SmallDictionary<Key, Other> {
        var result = SmallDictionary<Key, Other>()
        result.entries = try entries.map { .init(key: $0.key, value: try transform($0.value)) }
        return result
    }

    // MARK: In place

    // Entries are large, and an element of an array or of a buffer is copied whole before a member of it is read. So what is asked many
    // times in a step is asked through a pointer, and changed where it is.

    /// What there is to say of a value; nil when the key is not there.
    func look<Answer, Failure>(at key: Key, _ answer: (Value) throws(Failure) -> Answer) throws(Failure) -> Answer? {
        let (place, isKnown) = place(of: key)
        guard isKnown else { return nil }
        return try entries.withUnsafeBufferPointer { entries throws(Failure) in
            guard let first = entries.baseAddress else { return nil }
            return try answer((first + place).pointee.value)
        }
    }

    func contains(where fits: (Key, Value) -> Bool) -> Bool {
        entries.withUnsafeBufferPointer { entries in entries.indices.contains { fits(entries[$0].key, entries[$0].value) } }
    }

    func keys(where fits: (Key, Value) -> Bool) -> [Key] {
        entries.withUnsafeBufferPointer { entries in
            var found: [Key] = []
            for place in entries.indices where fits(entries[place].key, entries[place].value) { found.append(entries[place].key) }
            return found
        }
    }

    /// Changes a value; nothing when the key is not there.
    mutating func update(_ key: Key, _ change: (inout Value) -> Void) {
        let (place, isKnown) = place(of: key)
        if isKnown { change(&entries[place].value) }
    }

    mutating func set(_ value: consuming Value, for key: Key) {
        let (place, isKnown) = place(of: key)
        if isKnown { entries[place].value = value } else { insert(Entry(key: key, value: value), at: place) }
    }

    mutating func remove(_ key: Key) {
        let (place, isKnown) = place(of: key)
        if isKnown { entries.remove(at: place) }
    }

    private mutating func insert(_ entry: consuming Entry, at place: Int) {
        if place == entries.count { entries.append(entry) } else { entries.insert(entry, at: place) }
    }

    mutating func removeAll(where fits: (Key, Value) -> Bool) {
        if contains(where: fits) { entries.removeAll { fits($0.key, $0.value) } }
    }

    /// Where the key is, or would have to be.
    private func place(of key: Key) -> (place: Int, isKnown: Bool) {
        entries.withUnsafeBufferPointer { entries in
            guard let first = entries.baseAddress else { return (0, false) }
            var low = 0, high = entries.count
            while low < high {
                let middle = (low + high) / 2
                let order = (first + middle).pointee.key.searchOrder(to: key)
                if order == 0 { return (middle, true) }
                if order < 0 { low = middle + 1 } else { high = middle }
            }
            return (low, false)
        }
    }
}

/// Counting: what is not listed counts as none, and none is not listed.
extension SmallDictionary where Value == Int {
    mutating func add(_ count: Int, to key: Key) {
        let (place, isKnown) = place(of: key)
        if isKnown { entries[place].value += count } else { insert(Entry(key: key, value: count), at: place) }
    }

    mutating func remove(_ count: Int, from key: Key) {
        let (place, isKnown) = place(of: key)
        guard isKnown else { return }
        if entries[place].value > count { entries[place].value -= count } else { entries.remove(at: place) }
    }
}

/// What can be looked up in a `SmallDictionary`.
public protocol SearchKey: Equatable {
    /// Below zero when this comes before the other, zero for the same key. Any order, as long as it is cheap to tell. Text is compared by
    /// length first: the id of a net ten thousand levels deep has twenty thousand letters, and all but the last are those of the net
    /// around it.
    func searchOrder(to other: Self) -> Int
}

extension String: SearchKey {
    public func searchOrder(to other: String) -> Int {
        let difference = utf8.count - other.utf8.count
        if difference != 0 { return difference }
        return self < other ? -1 : self == other ? 0 : 1
    }
}

extension CaseID: SearchKey {
    public func searchOrder(to other: CaseID) -> Int { description.searchOrder(to: other.description) }
}

extension WorkItemID: SearchKey {
    public func searchOrder(to other: WorkItemID) -> Int {
        let order = task.searchOrder(to: other.task)
        return order != 0 ? order : caseID.searchOrder(to: other.caseID)
    }
}

extension SmallDictionary: RandomAccessCollection {
    public var startIndex: Int { entries.startIndex }
    public var endIndex: Int { entries.endIndex }
    public subscript(position: Int) -> Element { (entries[position].key, entries[position].value) }
}

extension SmallDictionary.Entry: Sendable where Key: Sendable, Value: Sendable {}
extension SmallDictionary: Sendable where Key: Sendable, Value: Sendable {}

extension SmallDictionary: Equatable where Value: Equatable {
    public static func == (a: Self, b: Self) -> Bool { a.elementsEqual(b) { $0.key == $1.key && $0.value == $1.value } }
}

extension SmallDictionary: Hashable where Key: Hashable, Value: Hashable {
    public func hash(into hasher: inout Hasher) {
        for (key, value) in self {
            hasher.combine(key)
            hasher.combine(value)
        }
    }
}

extension SmallDictionary: ExpressibleByDictionaryLiteral {
    public init(dictionaryLiteral elements: (Key, Value)...) { self.init(elements) }
}

/// Written as a dictionary is: an object with a member for each entry.
extension SmallDictionary: Encodable where Key: CodingKeyRepresentable, Value: Encodable {
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: AnyCodingKey.self)
        for (key, value) in self { try container.encode(value, forKey: AnyCodingKey(stringValue: key.codingKey.stringValue)) }
    }
}

extension SmallDictionary: Decodable where Key: CodingKeyRepresentable, Value: Decodable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: AnyCodingKey.self)
        for name in container.allKeys {
            guard let key = Key(codingKey: name) else {
                throw DecodingError.dataCorruptedError(
                    forKey: name, in: container, debugDescription: "not a \(Key.self): \(name.stringValue)")
            }
            self[key] = try container.decode(Value.self, forKey: name)
        }
    }
}

private struct AnyCodingKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { return nil }
}
