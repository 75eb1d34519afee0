/// A dictionary for few entries: a sorted array, searched by halves. What a case consists of is kept in these, because most of its tables
/// have one to a dozen entries: an array that small is searched faster than a hash table, and cheap to copy.
///
/// Entries stand in the order of `SearchKey`, which means nothing to anybody: sort what people see.
public struct SmallDictionary<Key: SearchKey, Value> {
    public typealias Element = (key: Key, value: Value)

    // Two arrays, since a search looks at keys alone and reading a member of a pair would copy the pair.
    public private(set) var keys: [Key] = []
    public private(set) var values: [Value] = []

    public init() {}

    /// Of several values for a key the last one counts.
    public init(_ elements: some Sequence<(Key, Value)>) {
        for (key, value) in elements { self[key] = value }
    }

    public subscript(key: Key) -> Value? {
        get { place(of: key).map { values[$0] } }
        set {
            let place = firstPlace(notBefore: key)
            let isKnown = isKey(key, at: place)
            if let newValue {
                if isKnown {
                    values[place] = newValue
                } else {
                    keys.insert(key, at: place)
                    values.insert(newValue, at: place)
                }
            } else if isKnown {
                keys.remove(at: place)
                values.remove(at: place)
            }
        }
    }

    /// Looks at a value where it is: what is large need not be copied for the sake of one member. nil when the key is not there.
    func look<Answer>(at key: Key, _ answer: (Value) -> Answer) -> Answer? {
        guard let place = place(of: key) else { return nil }
        // A pointer, since an element of an array is copied whole before a member of it is read.
        return values.withUnsafeBufferPointer { answer($0[place]) }
    }

    /// Changes a value where it is, which spares taking it out and putting it back; nothing when the key is not there.
    mutating func update(_ key: Key, _ change: (inout Value) -> Void) {
        if let place = place(of: key) { change(&values[place]) }
    }

    mutating func removeAll(where isSuperfluous: (Key, Value) -> Bool) {
        for place in keys.indices.reversed() where isSuperfluous(keys[place], values[place]) {
            keys.remove(at: place)
            values.remove(at: place)
        }
    }

    public func contains(key: Key) -> Bool { isKey(key, at: firstPlace(notBefore: key)) }

    /// The place of a key in `keys`, and of its value in `values`.
    func place(of key: Key) -> Int? {
        let place = firstPlace(notBefore: key)
        return isKey(key, at: place) ? place : nil
    }

    private func firstPlace(notBefore key: Key) -> Int {
        var low = 0, high = keys.count
        while low < high {
            let middle = (low + high) / 2
            if keys[middle].isSearchedBefore(key) { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private func isKey(_ key: Key, at place: Int) -> Bool { place < keys.count && keys[place] == key }
}

/// What can be looked up in a `SmallDictionary`.
public protocol SearchKey: Equatable {
    /// Any order, as long as it is cheap to tell. Text is compared by length first: the id of a net ten thousand levels deep has twenty
    /// thousand letters, and all but the last are those of the net around it.
    func isSearchedBefore(_ other: Self) -> Bool
}

extension String: SearchKey {
    public func isSearchedBefore(_ other: String) -> Bool {
        utf8.count != other.utf8.count ? utf8.count < other.utf8.count : self < other
    }
}

extension CaseID: SearchKey {
    public func isSearchedBefore(_ other: CaseID) -> Bool { description.isSearchedBefore(other.description) }
}

extension WorkItemID: SearchKey {
    public func isSearchedBefore(_ other: WorkItemID) -> Bool {
        task == other.task ? caseID.isSearchedBefore(other.caseID) : task.isSearchedBefore(other.task)
    }
}

extension SmallDictionary: RandomAccessCollection {
    public var startIndex: Int { keys.startIndex }
    public var endIndex: Int { keys.endIndex }
    public subscript(position: Int) -> Element { (keys[position], values[position]) }
}

extension SmallDictionary: Sendable where Key: Sendable, Value: Sendable {}

extension SmallDictionary: Equatable where Value: Equatable {
    public static func == (a: Self, b: Self) -> Bool { a.keys == b.keys && a.values == b.values }
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
                throw DecodingError.dataCorruptedError(forKey: name, in: container, debugDescription: "not a \(Key.self): \(name.stringValue)")
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
