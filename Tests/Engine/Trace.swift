import Foundation
import Workflow
import XMLTree

/// A recorded run of the reference engine (`yawl-oracle-1`; the corpus describes the form).
struct Trace: Sendable {
    struct State: Sendable {
        var enabled: Set<String>
        var fired: Set<String>
        var executing: Set<String>
        var other: Set<String>
        /// Per net: conditions and busy tasks.
        var marking: [String: Marking]
        var data: [String: String]
    }

    struct Marking: Sendable, Equatable {
        var net: String
        var conditions: [String: Int]
        /// active, entered, executing, complete
        var busy: [String: [Int]]
    }

    struct Step: Sendable {
        var number: Int
        var action: String
        /// `task@case`
        var item: String?
        var output: String?
        /// The value of an added instance.
        var parameter: String?
        var error: String?
        /// Owners of the timers that ran out in this step, `task@case`.
        var expired: [String]
        var state: State
    }

    struct End: Sendable {
        var outcome: String
        var outputData: String?
        var finalMarking: [String: Marking]?
        var finalData: [String: String]?
        var isProper: Bool?
    }

    let file: URL
    let specificationPath: String
    let policy: String
    let isLoaded: Bool
    let launch: (parameters: String?, state: State)?
    let steps: [Step]
    let end: End?

    /// First two letters of an authored file's name, or the folder.
    var group: String {
        let folder = file.deletingLastPathComponent().lastPathComponent
        guard folder == "authored" || folder == "script" else { return folder }
        return String(file.lastPathComponent.prefix(2))
    }

    var options: Set<String> { Set(policy.split { $0 == "," || $0 == "+" }.dropFirst().map(String.init)) }
    var choices: ChoicePolicy { policy.hasPrefix("last") ? .last : .first }

    init(file: URL) throws {
        self.file = file
        var header: [String: Any] = [:]
        var launch: (String?, State)?
        var steps: [Step] = []
        var end: End?
        for line in try Data(contentsOf: file).split(separator: 10) {
            guard let object = try JSONSerialization.jsonObject(with: line) as? [String: Any] else { continue }
            switch object["t"] as? String {
            case "header": header = object
            case "launch": launch = (object["caseParams"] as? String, State(object))
            case "step": steps.append(Step(object))
            case "end": end = End(object)
            default: continue
            }
        }
        specificationPath = header["spec"] as? String ?? ""
        policy = header["policy"] as? String ?? ""
        isLoaded = header["loaded"] as? Bool ?? false
        self.launch = launch.map { (parameters: $0.0, state: $0.1) }
        self.steps = steps
        self.end = end
    }
}

extension Trace.State {
    init(_ object: [String: Any]) {
        func names(_ key: String) -> Set<String> { Set(object[key] as? [String] ?? []) }
        enabled = names("enabled")
        fired = names("fired")
        executing = names("executing")
        other = names("other")
        marking = (object["marking"] as? [String: Any] ?? [:]).compactMapValues { Trace.Marking($0) }
        data = object["data"] as? [String: String] ?? [:]
    }
}

extension Trace.Marking {
    init?(_ value: Any) {
        guard let object = value as? [String: Any] else { return nil }
        net = object["net"] as? String ?? ""
        conditions = object["conditions"] as? [String: Int] ?? [:]
        busy = (object["busyTasks"] as? [String: [String: Int]] ?? [:]).mapValues { phases in
            ["active", "entered", "executing", "complete"].map { phases[$0] ?? 0 }
        }
    }
}

extension Trace.Step {
    init(_ object: [String: Any]) {
        number = object["n"] as? Int ?? 0
        action = object["action"] as? String ?? ""
        item = object["item"] as? String
        output = object["output"] as? String
        parameter = object["param"] as? String
        error = object["error"] as? String
        expired = (object["events"] as? [String] ?? []).filter { $0.hasPrefix("announceTimerExpiry ") }.map { String($0.dropFirst(20)) }
        state = Trace.State(object)
    }
}

extension Trace.End {
    init(_ object: [String: Any]) {
        outcome = object["outcome"] as? String ?? ""
        outputData = object["outputData"] as? String
        finalMarking = (object["finalMarking"] as? [String: Any])?.compactMapValues { Trace.Marking($0) }
        finalData = object["finalData"] as? [String: String]
        isProper = object["properCompletion"] as? Bool
    }
}
