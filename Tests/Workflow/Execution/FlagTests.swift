import Support
import Testing
import Workflow
import XMLTree

/// Flags: values of a type without content, set or not.
@Suite struct FlagTests {
    typealias Y = YAWLText
    private static let set = "<f __emptyComplexTypeFlag__=\"true\"/>"

    /// A hands in f, B gets it and hands it in again, C only gets it.
    private static func file(isOptional: Bool) -> String {
        let attribute = isOptional ? "optional=\"true\"" : ""
        let input = Y.input("f", "Flag", attributes: attribute)
        let output = Y.output("f", "Flag").replacing("<outputParam>", with: "<outputParam \(attribute)>")
        let goesIn = [(query: "<f>{/Net/f/*}</f>", to: "f")]
        func comesOut(_ root: String) -> [(query: String, to: String)] { [(query: "<f>{/\(root)/f/*}</f>", to: "f")] }
        return Y.set(
            schema: "<xs:complexType name=\"Flag\"/>",
            Y.net(
                locals: [Y.local("f", "Flag")], start: "A",
                Y.task("A", to: ["B"], completed: comesOut("DA"), does: "DA"),
                Y.task("B", to: ["C"], starting: goesIn, completed: comesOut("DB"), does: "DB"),
                Y.task("C", to: ["o"], starting: goesIn, does: "DC")),
            Y.gateway("DA", outputs: [output]), Y.gateway("DB", inputs: [input], outputs: [output]), Y.gateway("DC", inputs: [input]))
    }

    /// Not verified where an optional output leaves a variable without a value: a flag without one is simply not set.
    private func input(_ item: String, in run: RunningCase) throws -> String? {
        run.state.items[try #require(WorkItemID(item))]?.data?.serialized()
    }

    @Test(arguments: [true, false]) func aFlagThatIsHandedInIsSetAndGoesIntoTheNextTask(isOptional: Bool) throws {
        var run = try RunningCase(Self.file(isOptional: isOptional), isVerified: false)
        try run.work("1:A", "<DA><f/></DA>")
        #expect(run.value("f") == Self.set)
        try run.perform(.start(WorkItemID(CaseID("1"), "B")))
        #expect(try input("1.2:B", in: run)?.contains("<f") == true)
        // Completing with what it has keeps it.
        try run.perform(.complete(WorkItemID(CaseID("1.2"), "B"), output: nil))
        #expect(run.value("f") == Self.set)
    }

    /// It used to go in as an empty element, which means that it is set.
    @Test(arguments: ["<DA><f __emptyComplexTypeFlag__=\"false\"/></DA>", nil]) func aRequiredFlagThatIsNotSetStaysOutOfTheNextTask(
        _ output: String?
    ) throws {
        var run = try RunningCase(Self.file(isOptional: false))
        try run.work("1:A", output)
        #expect(run.value("f") == "<f/>")
        try run.perform(.start(WorkItemID(CaseID("1"), "B")))
        #expect(try input("1.2:B", in: run) == "<DB/>")
        try run.perform(.complete(WorkItemID(CaseID("1.2"), "B"), output: nil))
        #expect(run.value("f") == "<f/>")
    }

    @Test func anOptionalFlagThatIsLeftOutIsNotSet() throws {
        var run = try RunningCase(Self.file(isOptional: true), isVerified: false)
        try run.work("1:A", "<DA/>")
        #expect(run.value("f") == "<f/>")
    }

    @Test func skippingKeepsAFlag() throws {
        var run = try RunningCase(Self.file(isOptional: false))
        try run.work("1:A", "<DA><f/></DA>")
        try run.perform(.skip(WorkItemID(CaseID("1"), "B")))
        #expect(run.value("f") == Self.set)
    }

    @Test func aCaseCanBeStartedWithAFlagSetOrNot() throws {
        let text = Y.set(
            schema: "<xs:complexType name=\"Flag\"/>", Y.net(inputs: [Y.input("f", "Flag")], start: "A", Y.task("A", to: ["o"], does: "W")),
            Y.gateway("W"))
        #expect(try RunningCase(text, parameters: "<Net><f/></Net>").value("f") == Self.set)
        #expect(try RunningCase(text, parameters: "<Net><f __emptyComplexTypeFlag__=\"false\"/></Net>").value("f") == "<f/>")
    }

    @Test func aSubnetGetsAnUnsetFlagAsSuch() throws {
        let text = Y.set(
            schema: "<xs:complexType name=\"Flag\"/>",
            Y.net(
                locals: [Y.local("f", "Flag")], start: "S",
                Y.task("S", to: ["o"], starting: [("<f>{/Net/f/*}</f>", "f")], does: "Sub")),
            Y.net("Sub", isRoot: false, inputs: [Y.input("f", "Flag")], start: "A", Y.task("A", to: ["o"], does: "W")), Y.gateway("W"))
        #expect(try RunningCase(text, isVerified: false).value("f", in: "1.1") == "<f/>")
    }
}
