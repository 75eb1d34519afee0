import Foundation
import Platform

/// The rules that answer exceptions in cases of one specification: a rule file as it came.
public struct SpecificationRules: Entity {
    /// Internal id.
    public var specification: Int64
    public var source: Blob
    public var file: String
    /// Milliseconds since 1970.
    public var loadedAt: Int64
    public var loadedBy: String

    public enum Command: Codable, Sendable {
        /// Checked by whoever asks: the rules have to fit the specification.
        case load(specification: Int64, source: Blob, file: String)
        case remove
    }

    public enum Event: Codable, Sendable {
        case ruleFileLoaded(SpecificationRules)
        case ruleFileRemoved
    }

    public static let kind = Kind<SpecificationRules>(
        "rules", plural: "rules",
        fields: [
            Field("specification", isIndexed: true) { .integer($0.specification) }, Field("file") { .text($0.file) },
            Field("loaded", "Loaded at") { .time($0.loadedAt) }, Field("by", "Loaded by") { .text($0.loadedBy) },
        ],
        uniqueKeys: [UniqueKey("specification") { String($0.specification) }])

    public static func decide(
        _ command: Command, on state: SpecificationRules?, in context: DecisionContext
    ) throws(Refusal) -> Decision<SpecificationRules> {
        switch command {
        case .load(let specification, let source, let file):
            let rules = SpecificationRules(
                specification: specification, source: source, file: file, loadedAt: context.now, loadedBy: context.actor)
            return Decision([.ruleFileLoaded(rules)])
        case .remove:
            guard state != nil else { throw Refusal(.conflict, "no-rules", "there are no rules to remove") }
            return Decision([.ruleFileRemoved])
        }
    }

    public static func apply(_ event: Event, to state: SpecificationRules?) -> SpecificationRules? {
        switch event {
        case .ruleFileLoaded(let rules): rules
        case .ruleFileRemoved: nil
        }
    }

    public static func text(of event: Event) -> String? {
        switch event {
        case .ruleFileLoaded(let rules): "the rules of \(rules.file), \(rules.source.bytes.count) bytes"
        case .ruleFileRemoved: "no rules any more"
        }
    }
}

/// Bytes that stand in JSON as base64.
public struct Blob: Codable, Sendable, Hashable {
    public let bytes: [UInt8]

    public init(_ bytes: [UInt8]) { self.bytes = bytes }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let data = Data(base64Encoded: try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "this is no base64")
        }
        bytes = [UInt8](data)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(Data(bytes).base64EncodedString())
    }
}
