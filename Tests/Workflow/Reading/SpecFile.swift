import Testing
@testable import Workflow

/// Small specification files for tests, put together from strings. The default is one net `N`: i → A → o, where A is work.
struct SpecFile {
    var version = "4.0"
    var schema = ""
    var variables = ""
    var elements = input("A") + task("A", to: "o") + "<outputCondition id=\"o\"/>"
    var decompositions = gateway("A")
    var afterElements = ""

    var text: String {
        """
        <specificationSet xmlns="http://www.yawlfoundation.org/yawlschema" \
        xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" version="\(version)">
        <specification uri="test"><metaData><version>0.1</version><identifier>UID_test</identifier></metaData>\(schema)
        <decomposition id="N" isRootNet="true" xsi:type="NetFactsType">\(variables)
        <processControlElements>
        \(elements)
        </processControlElements>\(afterElements)</decomposition>
        \(decompositions)
        </specification></specificationSet>
        """
    }

    static func input(_ target: String) -> String { "<inputCondition id=\"i\">\(flow(target))</inputCondition>\n" }

    static func flow(_ target: String, _ inside: String = "") -> String {
        "<flowsInto><nextElementRef id=\"\(target)\"/>\(inside)</flowsInto>"
    }

    /// A task with plain flows to `targets` (separated by blanks), then `flows` as written; `inside` stands before `decomposesTo`.
    static func task(
        _ id: String, to targets: String = "", flows: String = "", join: String = "xor", split: String = "and",
        inside: String = "", does decomposition: String? = "A", instances: String = ""
    ) -> String {
        let type = instances.isEmpty ? "" : " xsi:type=\"MultipleInstanceExternalTaskFactsType\""
        let arrows = targets.split(separator: " ").map { flow(String($0)) }.joined() + flows
        let work = decomposition.map { "<decomposesTo id=\"\($0)\"/>" } ?? ""
        return "<task id=\"\(id)\"\(type)>\(arrows)<join code=\"\(join)\"/><split code=\"\(split)\"/>\(inside)\(work)\(instances)</task>\n"
    }

    static func condition(_ id: String, to targets: String, inside: String = "") -> String {
        "<condition id=\"\(id)\">\(targets.split(separator: " ").map { flow(String($0), inside) }.joined())</condition>\n"
    }

    static func gateway(_ id: String, _ inside: String = "") -> String {
        "<decomposition id=\"\(id)\" xsi:type=\"WebServiceGatewayFactsType\">\(inside)</decomposition>\n"
    }

    static func subnet(_ id: String, _ elements: String) -> String {
        """
        <decomposition id="\(id)" xsi:type="NetFactsType">\
        <processControlElements>\(elements)</processControlElements></decomposition>

        """
    }

    static func variable(_ element: String, _ name: String, _ type: String, _ inside: String = "") -> String {
        "<\(element)><index>0</index><name>\(name)</name><type>\(type)</type>\(inside)</\(element)>"
    }

    static func mapping(_ block: String, _ query: String, _ target: String) -> String {
        let escaped = query.map { $0 == "<" ? "&lt;" : $0 == "&" ? "&amp;" : $0 == "\"" ? "&quot;" : String($0) }.joined()
        return "<\(block)><mapping><expression query=\"\(escaped)\"/><mapsTo>\(target)</mapsTo></mapping></\(block)>"
    }

    static let output = "<outputCondition id=\"o\"/>"

    static func instances(_ minimum: String, _ maximum: String, _ threshold: String, mode: String = "static") -> String {
        """
        <minimum>\(minimum)</minimum><maximum>\(maximum)</maximum><threshold>\(threshold)</threshold><creationMode code="\(mode)"/>
        <miDataInput><expression query="/N/list"/><splittingExpression query="/list/*"/>\
        <formalInputParam>item</formalInputParam></miDataInput>
        """
    }

    // MARK: Reading

    func specification() throws -> Specification { try #require(try SpecificationReader.read(Array(text.utf8), file: "test.yawl").first) }

    func findings() throws -> [Finding] { verify(try specification()) }

    /// Codes of what verification says, in order, each once.
    func codes(_ severity: Finding.Severity? = nil) throws -> [String] {
        var codes: [String] = []
        for finding in try findings() where severity == nil || finding.severity == severity {
            if !codes.contains(finding.code) { codes.append(finding.code) }
        }
        return codes
    }

    func notExecuted() throws -> [String] { try findings().filter { $0.severity == .warning && $0.blocksRunning }.map(\.code) }

    /// What the reader says against the file; empty when it reads it.
    func refusal() -> [Finding] { Self.refusal(of: text) }

    static func refusal(of text: String) -> [Finding] {
        do {
            _ = try SpecificationReader.read(Array(text.utf8), file: "test.yawl")
            return []
        } catch {
            return error.findings
        }
    }
}
