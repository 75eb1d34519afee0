/// The id of a case or of something inside it: `7` is a root case, `7.2` its second child, which is the case id of a subnet
/// or of one firing of a task.
public struct CaseID: Sendable, Hashable, Codable, Comparable, CustomStringConvertible {
    public let description: String

    public init(_ text: String) { description = text }

    public init(number: Int64) { description = String(number) }

    /// `7.2` → `7.2.n`
    public func child(_ n: Int) -> CaseID { CaseID(description + "." + String(n)) }

    /// The root case's number, when this is one of ours.
    public var number: Int64? { Int64(description.prefix { $0 != "." }) }

    /// `7.2` → `7`; nil for a root case.
    public var parent: CaseID? { description.lastIndex(of: ".").map { CaseID(String(description[..<$0])) } }

    /// `7.2` → 2
    var lastNumber: Int? { description.lastIndex(of: ".").flatMap { Int(description[description.index(after: $0)...]) } }

    public var isRoot: Bool { !description.contains(".") }

    /// Compared by UTF-16 code unit, as the recorded runs order things.
    public static func < (a: CaseID, b: CaseID) -> Bool { a.description.precedes(b.description) }

    public init(from decoder: any Decoder) throws { description = try decoder.singleValueContainer().decode(String.self) }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// The id of a work item as it goes over the wire: `1.1:A`. While it is only offered the case id is its net's.
public struct WorkItemID: Sendable, Hashable, Codable, Comparable, CustomStringConvertible {
    public let caseID: CaseID
    public let task: String

    public init(_ caseID: CaseID, _ task: String) {
        self.caseID = caseID
        self.task = task
    }

    /// Reads `CASE:TASK`; nil when there is no colon or a part is empty.
    public init?(_ text: String) {
        guard let colon = text.firstIndex(of: ":") else { return nil }
        let (first, second) = (text[..<colon], text[text.index(after: colon)...])
        guard !first.isEmpty, !second.isEmpty, first.allSatisfy({ $0 == "." || $0.isASCII && $0.isNumber }) else { return nil }
        self.init(CaseID(String(first)), String(second))
    }

    public var description: String { caseID.description + ":" + task }

    public static func < (a: WorkItemID, b: WorkItemID) -> Bool {
        a.task != b.task ? a.task.precedes(b.task) : a.caseID < b.caseID
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let id = WorkItemID(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a work item id: \(text)")
        }
        self = id
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

extension String {
    /// Order by UTF-16 code unit, the order of the reference engine's strings. Bytes of UTF-8 stand in the same order but for letters
    /// beyond the 65,536 first, which UTF-16 writes with units that come before U+E000.
    func precedes(_ other: String) -> Bool {
        var a = self, b = other
        return a.withUTF8 { a in
            b.withUTF8 { b in
                var place = 0
                while place < a.count, place < b.count, a[place] == b[place] { place += 1 }
                guard place < a.count, place < b.count else { return a.count < b.count }
                let (x, y) = (a[place], b[place])
                return (x >= 0xF0) != (y >= 0xF0) && x >= 0xEE && y >= 0xEE ? x >= 0xF0 : x < y
            }
        }
    }
}
