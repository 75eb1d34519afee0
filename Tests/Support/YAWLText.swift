/// Writes small YAWL 4.0 files for tests, so that a test shows the net it is about and nothing else.
public enum YAWLText {
    public static func set(_ uri: String = "test", version: String = "0.1", schema: String = "", _ decompositions: String...) -> String {
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <specificationSet xmlns="http://www.yawlfoundation.org/yawlschema" \
        xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" version="4.0">
          <specification uri="\(uri)">
            <metaData><title>\(uri)</title><version>\(version)</version><identifier>UID_\(uri)</identifier></metaData>
            <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">\(schema)</xs:schema>
            \(decompositions.joined(separator: "\n"))
          </specification>
        </specificationSet>
        """
    }

    public static func net(
        _ id: String = "Net", isRoot: Bool = true, inputs: [String] = [], outputs: [String] = [], locals: [String] = [],
        start: String, _ elements: String...
    ) -> String {
        """
        <decomposition id="\(id)"\(isRoot ? " isRootNet=\"true\"" : "") xsi:type="NetFactsType">
          \(inputs.joined())\(outputs.joined())\(locals.joined())
          <processControlElements>
            <inputCondition id="i"><flowsInto><nextElementRef id="\(start)"/></flowsInto></inputCondition>
            \(elements.joined(separator: "\n"))
            <outputCondition id="o"/>
          </processControlElements>
        </decomposition>
        """
    }

    /// A task. `flows` are targets, or complete `flowsInto` elements where they begin with `<`.
    public static func task(
        _ id: String, to flows: [String], join: String = "xor", split: String = "and", removes: String = "",
        starting: [(query: String, to: String)] = [], completed: [(query: String, to: String)] = [],
        extra: String = "", does decomposition: String? = nil
    ) -> String {
        """
        <task id="\(id)">
          \(flows.map { $0.hasPrefix("<") ? $0 : "<flowsInto><nextElementRef id=\"\($0)\"/></flowsInto>" }.joined())
          <join code="\(join)"/><split code="\(split)"/>\(removes)
          \(mappings("startingMappings", starting))\(mappings("completedMappings", completed))\(extra)
          \(decomposition.map { "<decomposesTo id=\"\($0)\"/>" } ?? "")
        </task>
        """
    }

    public static func flow(to target: String, if predicate: String? = nil, order: Int? = nil, isDefault: Bool = false) -> String {
        let test = predicate.map { "<predicate\(order.map { " ordering=\"\($0)\"" } ?? "")>\(escaped($0))</predicate>" } ?? ""
        return "<flowsInto><nextElementRef id=\"\(target)\"/>\(test)\(isDefault ? "<isDefaultFlow/>" : "")</flowsInto>"
    }

    public static func condition(_ id: String, to targets: String...) -> String {
        "<condition id=\"\(id)\">\(targets.map { "<flowsInto><nextElementRef id=\"\($0)\"/></flowsInto>" }.joined())</condition>"
    }

    /// Work for people.
    public static func gateway(_ id: String, inputs: [String] = [], outputs: [String] = []) -> String {
        """
        <decomposition id="\(id)" xsi:type="WebServiceGatewayFactsType">\(inputs.joined())\(outputs.joined())
          <externalInteraction>manual</externalInteraction></decomposition>
        """
    }

    /// Work for a codelet, for the service with a URI, or for whoever does automated work.
    public static func automated(
        _ id: String, inputs: [String] = [], outputs: [String] = [], codelet: String? = nil, service: String? = nil
    ) -> String {
        """
        <decomposition id="\(id)" xsi:type="WebServiceGatewayFactsType">\(inputs.joined())\(outputs.joined())
          \(service.map { "<yawlService id=\"\($0)\"/>" } ?? "")\(codelet.map { "<codelet>\($0)</codelet>" } ?? "")
          <externalInteraction>automated</externalInteraction></decomposition>
        """
    }

    public static func input(_ name: String, _ type: String = "string", index: Int = 0, attributes: String = "") -> String {
        parameter("inputParam", name, type, index, attributes: attributes)
    }

    public static func output(_ name: String, _ type: String = "string", index: Int = 0, defaultValue: String? = nil) -> String {
        parameter("outputParam", name, type, index, extra: defaultValue.map { "<defaultValue>\($0)</defaultValue>" } ?? "")
    }

    public static func local(_ name: String, _ type: String = "string", index: Int = 0, initial: String? = nil) -> String {
        parameter("localVariable", name, type, index, extra: initial.map { "<initialValue>\(escaped($0))</initialValue>" } ?? "")
    }

    public static func escaped(_ text: String) -> String {
        text.reduce(into: "") { result, character in
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            default: result.append(character)
            }
        }
    }

    private static func parameter(
        _ element: String, _ name: String, _ type: String, _ index: Int, attributes: String = "", extra: String = ""
    ) -> String {
        let builtIns: Set<String> = ["string", "integer", "int", "boolean", "date", "decimal", "double", "long"]
        let namespace = builtIns.contains(type) ? "<namespace>http://www.w3.org/2001/XMLSchema</namespace>" : ""
        return
            """
            <\(element)\(attributes.isEmpty ? "" : " " + attributes)><index>\(index)</index>\
            <name>\(name)</name><type>\(type)</type>\(namespace)\(extra)</\(element)>
            """
    }

    private static func mappings(_ element: String, _ list: [(query: String, to: String)]) -> String {
        guard !list.isEmpty else { return "" }
        return "<\(element)>"
            + list.map { "<mapping><expression query=\"\(escaped($0.query))\"/><mapsTo>\($0.to)</mapsTo></mapping>" }.joined()
            + "</\(element)>"
    }
}
