// Forms made from types, and the documents they add up to.

import Foundation
import Terminal
import Testing
import Workflow
import XMLTree

@testable import Engine
@testable import Panes
@testable import TextCells

@Suite struct FormTests {
    private static let schema = """
        <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
          <xs:simpleType name="Size"><xs:restriction base="xs:string"><xs:enumeration value="small"/>\
        <xs:enumeration value="large"/></xs:restriction></xs:simpleType>
          <xs:complexType name="Line"><xs:sequence>
            <xs:element name="article" type="xs:string"/>
            <xs:element name="quantity"><xs:simpleType><xs:restriction base="xs:integer"><xs:minInclusive value="1"/>\
        <xs:maxInclusive value="9"/></xs:restriction></xs:simpleType></xs:element>
          </xs:sequence><xs:attribute name="unit" type="xs:string" use="required"/></xs:complexType>
          <xs:complexType name="Order"><xs:sequence>
            <xs:element name="line" type="Line" maxOccurs="unbounded"/>
            <xs:element name="gift" type="xs:boolean" minOccurs="0"/>
            <xs:choice><xs:element name="card" type="xs:string"/><xs:element name="invoice" type="xs:date"/></xs:choice>
          </xs:sequence></xs:complexType>
        </xs:schema>
        """

    private func form(_ parameters: [(String, String)], values: String? = nil) throws -> (DataForm, Form) {
        let types = try TypeLibrary(schemaText: Self.schema)
        var decomposition = DecompositionCommon(id: "Task")
        decomposition.outputs = parameters.map { Parameter(name: $0.0, type: .named($0.1, namespace: nil)) }
        let input = try values.map { try XMLDocument.parse("<Task>\($0)</Task>") }
        var data = DataForm(
            item: ItemDetail(row: Fixture.item("7.1:Task", task: "Task"), input: input, decomposition: decomposition, types: types))
        let fields = data.fields()
        return (data, Form(fields: fields))
    }

    @Test func eachTypeHasItsField() throws {
        let (_, form) = try form([
            ("name", "string"), ("age", "integer"), ("ok", "boolean"), ("when", "date"), ("size", "Size"), ("ratio", "double"),
        ])
        #expect(
            form.fields.map(\.kind) == [.text, .number, .boolean, .date, .choice([.init(value: "small"), .init(value: "large")]), .text])
        #expect(form.fields.map(\.id) == ["/name[1]", "/age[1]", "/ok[1]", "/when[1]", "/size[1]", "/ratio[1]"])
    }

    @Test func groupsAreIndentedAndRepeated() throws {
        let (_, form) = try form(
            [("order", "Order")],
            values: """
                <order><line unit="kg"><article>nails</article><quantity>2</quantity></line>\
                <line unit="m"><article>rope</article><quantity>9</quantity></line><invoice>2026-01-02</invoice></order>
                """)
        #expect(
            form.fields.map { String(repeating: "  ", count: $0.depth) + $0.label + ($0.kind == .heading ? "" : "=" + $0.value) } == [
                "order", "  how many line=2", "  line 1", "    unit=kg", "    article=nails", "    quantity=2", "  line 2", "    unit=m",
                "    article=rope",
                "    quantity=9", "  gift=", "  one of=invoice", "    invoice=2026-01-02",
            ])
    }

    @Test func whatIsShownIsWhatIsSent() throws {
        let values = """
            <order><line unit="kg"><article>nails &amp; more</article><quantity>2</quantity></line>\
            <gift>true</gift><card>4</card></order><note>two
            lines</note>
            """
        var (data, form) = try form([("order", "Order"), ("note", "string")], values: values)
        try data.take(form)
        #expect(data.violations().isEmpty)
        #expect(data.document == (try XMLDocument.parse("<Task>\(values)</Task>")))
    }

    @Test func theSchemasReasonStandsUnderItsField() throws {
        var (data, form) = try form(
            [("order", "Order"), ("age", "integer")],
            values: "<order><line unit=\"kg\"><article>a</article><quantity>2</quantity></line><card>1</card></order><age>4</age>")
        guard let quantity = form.fields.firstIndex(where: { $0.label == "quantity" }) else { return #expect(Bool(false), "no field") }
        form.fields[quantity].value = "12"
        try data.take(form)
        let violations = data.violations()
        #expect(violations.count == 1)
        #expect(violations.keys.first.flatMap { DataForm.field(for: $0, in: form) } == form.fields[quantity].id)
        #expect(violations.values.first?.contains("at most 9") == true)
        #expect(data.violations(only: "age").isEmpty)
    }

    @Test func numbersOfInstancesAndChoicesChangeTheFields() throws {
        let (data, form) = try form(
            [("order", "Order")], values: "<order><line unit=\"kg\"><article>a</article><quantity>2</quantity></line><card>1</card></order>"
        )
        var screen = FormScreen(subject: .newCase(SpecificationReference("x")), title: "", documentation: "", data: data, form: form)
        screen.form.focus(on: "/order[1]/line#count")
        set("3", "/order[1]/line#count", &screen)
        #expect(screen.form.fields.filter { $0.label == "quantity" }.map(\.value) == ["2", "", ""])
        set("invoice", "/order[1]?2", &screen)
        #expect(screen.form.fields.last?.label == "invoice")
        set("1", "/order[1]/line#count", &screen)
        #expect(screen.form.fields.filter { $0.label == "quantity" }.map(\.value) == ["2"])
        // Too many to show: nothing is thrown away, and it is said when the form is sent.
        set("1000", "/order[1]/line#count", &screen)
        #expect(throws: FormValue.Problem.self) { try screen.data.take(screen.form) }
    }

    private func set(_ value: String, _ id: String, _ screen: inout FormScreen) {
        guard let place = screen.form.fields.firstIndex(where: { $0.id == id }) else { return #expect(Bool(false), "no field \(id)") }
        screen.form.fields[place].value = value
        screen.form.focus(on: id)
        FormCommands.rebuildIfNeeded(&screen)
    }

    @Test func whatNoFieldCanShowIsEditedAsXML() throws {
        var (data, form) = try form([("thing", "anyType")], values: "<thing><a>1</a></thing>")
        #expect(form.fields.map(\.value) == ["<a>1</a>"])
        form.fields[0].value = "<a>2</a>"
        try data.take(form)
        #expect(data.document.serialized() == "<Task><thing><a>2</a></thing></Task>")
        form.fields[0].value = "<a>2"
        #expect(throws: FormValue.Problem.self) { try data.take(form) }
    }

    @Test func plainValuesMakeAReadableCommand() throws {
        var (data, form) = try form([("name", "string"), ("age", "integer")], values: "<name>Ann Lee</name><age>4</age>")
        try data.take(form)
        #expect(data.pairs == ["name=Ann Lee", "age=4"])
    }

    /// Fields of their own for each would be too many; none may be lost because of that.
    @Test func manyInstancesAreEditedAsXMLAndNoneIsLost() throws {
        let lines = (1 ... 60).map { "<line unit=\"kg\"><article>nail \($0)</article><quantity>2</quantity></line>" }.joined()
        var (data, form) = try form([("order", "Order")], values: "<order>\(lines)<card>4</card></order>")
        #expect(form.fields.map(\.id) == ["/order[1]#xml"])
        try data.take(form)
        #expect(data.document == (try XMLDocument.parse("<Task><order>\(lines)<card>4</card></order></Task>")))
        #expect(data.violations().isEmpty)
        form.fields[0].value = form.fields[0].value.replacing("nail 60", with: "nail 61")
        try data.take(form)
        #expect(data.document.root?.element("order")?.elements("line").count == 60)
        #expect(data.document.serialized().contains("nail 61"))
    }

    /// A field keeps so many characters; a longer value is shown and sent as it came.
    @Test func aValueTooLongForAFieldIsNotEdited() throws {
        let long = String(repeating: "0123456789", count: 1_500)
        var (data, form) = try form(
            [("note", "string"), ("thing", "anyType")], values: "<note>\(long)</note><thing><a>\(long)</a></thing>")
        #expect(form.fields.map(\.kind) == [.readOnly, .readOnly])
        try data.take(form)
        #expect(data.document.root?.element("note")?.stringValue == long)
        #expect(data.document.root?.element("thing")?.stringValue == long)
    }

    @Test(arguments: [
        ("salt & pepper", "salt &amp; pepper"), ("a &lt; b", "a &lt; b"), ("see <b>this</b>", "see <b>this</b>"), ("3 < 4", "3 &lt; 4"),
    ])
    func textOrXMLIsReadAsWhatItIs(_ typed: String, _ sent: String) throws {
        var (data, form) = try form([("thing", "anyType")], values: "<thing><a>1</a></thing>")
        form.fields[0].value = typed
        try data.take(form)
        #expect(data.document.serialized() == "<Task><thing>\(sent)</thing></Task>")
    }

    private func screen(_ parameters: [(String, String)], _ subject: String = "x") throws -> FormScreen {
        let (data, form) = try form(parameters)
        return FormScreen(subject: .newCase(SpecificationReference(subject)), title: "", documentation: "", data: data, form: form)
    }

    /// What was typed is kept when the form is left, filled in when it is opened again, and gone when it was sent or forgotten on purpose.
    @Test func leavingKeepsWhatWasTyped() throws {
        var state = Fixture.state()
        state.screens = [.form(try screen([("name", "string")]))]
        state.press("esc")
        #expect(state.screens.isEmpty && state.drafts.forms.isEmpty, "nothing was typed, so nothing is kept")
        state.screens = [.form(try screen([("name", "string")]))]
        state.type("Ann")
        let effects = state.press("esc")
        #expect(state.screens.isEmpty && state.status.text.contains("is kept"))
        #expect(effects == [.saveDrafts(state.drafts)])
        var again = try screen([("name", "string")])
        #expect(state.drafts.fill(&again, from: state.draftKey(again.subject)))
        #expect(again.form.values.map(\.value) == ["Ann"])
        var other = try screen([("name", "string")], "y")
        #expect(!state.drafts.fill(&other, from: state.draftKey(other.subject)), "another form has its own")
        state.screens = [.form(again)]
        state.press("ctrl+r")
        #expect(state.screens.isEmpty && state.drafts.forms.isEmpty)
    }

    /// A line may drop while somebody types: each field that is left is kept at once.
    @Test func eachFieldIsKeptWhenItIsLeft() throws {
        var state = Fixture.state()
        state.screens = [.form(try screen([("a", "string"), ("b", "string")]))]
        state.type("one")
        #expect(state.press("tab") == [.saveDrafts(state.drafts)])
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("drafts-\(UUID().uuidString)/d.json").path
        defer { try? FileManager.default.removeItem(atPath: file) }
        try KeptFile.write(state.drafts, to: file)
        #expect(KeptFile.read(FormDrafts.self, file) == state.drafts)
        let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
        #expect(mode == 0o600, "what people type is nobody else's business")
    }

    @Test func whatIsWrongIsSaidWhileItIsTyped() throws {
        var state = Fixture.state()
        state.screens = [.form(try screen([("day", "date")]))]
        state.type("2026-13")
        guard case .form(let wrong) = state.screens.last else { return #expect(Bool(false)) }
        #expect(wrong.form.fields[0].error?.contains("day") == true, "\(wrong.form.fields[0].error ?? "")")
        state.press("ctrl+u")
        state.type("2026-12-01")
        guard case .form(let right) = state.screens.last else { return #expect(Bool(false)) }
        #expect(right.form.fields[0].error == nil)
    }
}
