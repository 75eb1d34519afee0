import Settings
import Testing

/// config.yaml with flags and environment: what counts, where it comes from, and what is said of mistakes.
@Suite struct HouseConfigurationTests {
    private func configuration(_ text: String?, flags: [String: String] = [:], environment: [String: String] = [:]) -> HouseConfiguration {
        HouseConfiguration(file: "config.yaml", text: text, flags: flags, environment: environment)
    }

    @Test(
        arguments: [
            ([:], [:], nil, "dark", "default"),
            ([:], [:], "theme: light", "light", "config.yaml:1:8"),
            ([:], ["MIZZEN_THEME": "mono"], "theme: light", "mono", "MIZZEN_THEME"),
            (["theme": "dark"], ["MIZZEN_THEME": "mono"], "theme: light", "dark", "flag"),
            ([:], ["MIZZEN_THEME": ""], "theme: light", "light", "config.yaml:1:8"),
        ] as [([String: String], [String: String], String?, String, String)])
    func flagsBeforeEnvironmentBeforeFileBeforeDefaults(
        _ flags: [String: String], _ environment: [String: String], _ text: String?, _ value: String, _ source: String
    ) {
        let found = configuration(text, flags: flags, environment: environment).setting("theme")
        #expect(found?.value == value && found?.source.description == source)
    }

    @Test func settingsOfSeveralWordsAreFoundInEachSource() {
        #expect(configuration("read-only: true").setting("read-only")?.source == .file("config.yaml:1:12"))
        let found = configuration("read-only: true", environment: ["MIZZEN_READ_ONLY": "no", "MIZZEN_UNDO": "3"])
        #expect(!found.isOn("read-only") && found["undo"] == "3" && found.problems.isEmpty)
    }

    @Test func programsAreAllowedByTheFileAlone() {
        #expect(!configuration(nil, environment: ["MIZZEN_ALLOW_SHELL": "true"]).isOn("allow-shell"))
        #expect(configuration("allow-shell: true").isOn("allow-shell"))
    }

    @Test(arguments: [
        ("read-only: yes please", "config.yaml:1:12: error: read-only is true or false"),
        ("theme: dark\ncolour: red", "config.yaml:2:1: error: config.yaml has no colour; there are context"),
        ("undo: 61", "config.yaml:1:7: error: undo is a number from 0 to 60"),
        ("theme: [a]", "config.yaml:1:8: error: theme is a text"),
        ("theme: a\ntheme: b", "theme appears twice"),
        ("theme: {", "error: this is not YAML"),
        ("- a", "config.yaml:1:1: error: config.yaml must be a mapping"),
    ])
    func mistakesAreNamedWithTheirPlace(_ text: String, _ expected: String) {
        let problems = configuration(text).problems.map(\.description)
        #expect(problems.count == 1 && problems[0].contains(expected), "\(problems)")
    }

    @Test func aMistakeInTheEnvironmentIsNamedByItsVariable() {
        let found = configuration("undo: 4", environment: ["MIZZEN_UNDO": "many"])
        #expect(found.problems.map(\.description) == ["MIZZEN_UNDO: error: undo is a number from 0 to 60"])
        #expect(found["undo"] == "4")
    }

    @Test func everyEntryIsShownWithItsPlaceAndSecretsAreMasked() {
        let found = configuration(
            """
            store: postgresql://flow:hunter2@db/flow?sslmode=require
            connectors:
              cache: {type: redis, password: env:REDIS, apitoken: hunter3}
              db: {type: x, place: "host=db password=hunter4 user=u"}
            """)
        let entries = Dictionary(uniqueKeysWithValues: found.entries.map { ($0.key, $0) })
        #expect(entries["store"]?.value == "postgresql://flow:•••@db/flow?sslmode=require")
        #expect(entries["connectors.cache.password"]?.value == "env:REDIS")
        #expect(entries["connectors.cache.apitoken"]?.value == "•••")
        #expect(entries["connectors.cache.type"]?.source == .file("config.yaml:3:17"))
        #expect(entries["connectors.db.place"]?.value == "host=db password=••• user=u")
        #expect(!found.entries.contains { $0.value.contains("hunter") })
    }

    @Test(arguments: [
        ("2s", 2000), ("500ms", 500), ("1.5", 1500), ("1m", 60_000), ("1h", 3_600_000), ("never", nil), ("-1s", nil), ("", nil),
    ])
    func timesAsPeopleWriteThem(_ text: String, _ milliseconds: Int64?) {
        #expect(SettingsTime.milliseconds(text) == milliseconds)
    }
}
