// Theme files: what is good counts, what is not is named with its place.

import Terminal
import Testing

@testable import YAMLFiles

@Suite struct ThemeTests {
    @Test func theThemeThatShipsIsWithoutFault() throws {
        let path = repositoryFile("themes/dark.yaml")
        let text = try #require(try SettingsFile.read(path).get())
        let (theme, diagnostics) = Theme.parse(text, file: "dark.yaml")
        #expect(diagnostics.isEmpty)
        #expect(theme == .standard)
        #expect(theme.name == "dark")
        for role in Role.allCases where role != .text { #expect(theme[role] != theme[.text], "\(role.rawValue)") }
    }

    @Test func variablesAndNamesBecomeStyles() {
        let (theme, diagnostics) = Theme.parse(
            """
            variables: { accent: "#102030" }
            roles:
              text.title: { fg: $accent, bg: 17, attrs: [bold, underline] }
              error: { fg: red, attrs: reverse }
            """, file: "t.yaml")
        #expect(diagnostics.isEmpty)
        #expect(theme[.textTitle] == Style(foreground: .rgb(16, 32, 48), background: .palette(17), attributes: [.bold, .underline]))
        #expect(theme[.error] == Style(foreground: .palette(1), attributes: .reverse))
        #expect(theme[.border] == theme[.text])
    }

    @Test func aThemeCanStartFromAnother() {
        let (theme, _) = Theme.parse("{ extends: dark, roles: { error: { fg: red } } }", file: "t.yaml", bases: ["dark": .standard])
        #expect(theme[.error] == Style(foreground: .palette(1)))
        #expect(theme[.rowSelected] == Theme.standard[.rowSelected])
    }

    @Test(arguments: [
        (
            "roles:\n  nonsense: { fg: red }",
            "t.yaml:2:3: error: there is no role “nonsense”; the help lists the roles [theme-unknown-role]"
        ),
        ("roles:\n  text: { fg: rot }", "theme-color"),
        ("roles:\n  text: { fg: $x }", "t.yaml:2:15: error: the variable $x is not defined"),
        ("roles:\n  text: { attrs: [blink] }", "theme-attribute"), ("roles:\n  text: 5", "theme-style"), ("roles: 5", "theme-roles"),
        ("colour: 1", "t.yaml:1:1: error: a theme has"), ("extends: light", "theme-unknown-base"), ("- a", "theme-syntax"),
        ("roles: { text: {", "theme-syntax"), ("roles:\n  text: { fg: red }\n  text: { fg: blue }", "theme-duplicate"),
        ("a: *b", "theme-syntax"),
    ])
    func faultsAreNamedWithTheirPlace(_ text: String, _ expected: String) throws {
        let (_, diagnostics) = Theme.parse(text, file: "t.yaml")
        let first = try #require(diagnostics.first)
        #expect(first.description.contains(expected))
        #expect(first.line > 0, "\(first)")
    }

    @Test func whatIsGoodCountsBesideAFault() {
        let (theme, diagnostics) = Theme.parse("roles:\n  x: {}\n  error: { fg: red }", file: "t.yaml")
        #expect(diagnostics.count == 1)
        #expect(theme[.error].foreground == .palette(1))
    }

    @Test func hugeFilesAreRefused() {
        let (_, diagnostics) = Theme.parse(String(repeating: "# x\n", count: 300_000), file: "t.yaml")
        #expect(diagnostics.map(\.code) == ["theme-too-large"])
    }

    @Test func aFileThatIsNotThereIsNoFault() throws {
        #expect(try SettingsFile.read("/nowhere/at/all.yaml").get() == nil)
        #expect(throws: FileFailure.self) { try SettingsFile.read("/").get() }
    }
}
