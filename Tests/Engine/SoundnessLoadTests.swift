import Engine
import StoreSupport
import Platform
import Foundation
import SQLiteStore
import Support
import Testing
import Workflow

/// What is proven when a specification is loaded, and what comes of it.
@Suite struct SoundnessLoadTests {
    /// S marks one of A and B, J waits for both.
    static let stuck = YAWLText.set(
        "stuck",
        YAWLText.net(
            locals: [YAWLText.local("n", initial: "1")], start: "S",
            YAWLText.task(
                "S", to: [YAWLText.flow(to: "A", if: "/Net/n = '1'", order: 1), YAWLText.flow(to: "B", isDefault: true)], split: "xor",
                does: "Work"),
            YAWLText.task("A", to: ["J"], does: "Work"), YAWLText.task("B", to: ["J"], does: "Work"),
            YAWLText.task("J", to: ["o"], join: "and", does: "Work")), YAWLText.gateway("Work"))
    static let sound = YAWLText.set(
        "sound", YAWLText.net(start: "A", YAWLText.task("A", to: ["o"], does: "Work")), YAWLText.gateway("Work"))
    /// Forty branches that cancel each other: far too many markings for a proof in passing.
    static let wide: String = {
        let names = (1 ... 40).map { "B\($0)" }
        let branches = names.map { YAWLText.task($0, to: ["J"], removes: "<removesTokens id=\"c\"/>", does: "Work") }.joined()
        return YAWLText.set(
            "wide",
            YAWLText.net(
                start: "S", YAWLText.task("S", to: names + ["c"], does: "Work"), branches,
                YAWLText.condition("c", to: "X"),
                YAWLText.task("X", to: ["J"], removes: names.map { "<removesTokens id=\"\($0)\"/>" }.joined(), does: "Work"),
                YAWLText.task("J", to: ["o"], join: "or", does: "Work")), YAWLText.gateway("Work"))
    }()

    private static let ann = Principal(name: "ann", tenant: .local)
    private let folder: TemporaryFolder
    private let engine: WorkflowEngine

    init() throws {
        folder = try TemporaryFolder()
        engine = WorkflowEngine(store: try SQLiteStore(path: folder.path("store.db")))
    }

    private func load(
        _ text: String, accepting: LoadAcceptance = [], _ request: String = "load"
    ) async throws(EngineError) -> [LoadedSpecification] {
        let reply = try await engine.local.perform(
            .loadSpecification(source: Array(text.utf8), file: "test.yawl", accepting: accepting),
            request: RequestID(request))
        guard case .loaded(let specifications) = reply else { return [] }
        return specifications
    }

    @Test func whatCanGetStuckIsRefusedUnlessAccepted() async throws {
        let refusal = try #require(await #expect(throws: EngineError.self) { _ = try await load(Self.stuck) })
        #expect(refusal.code == "specification-unsound" && refusal.kind == .invalid)
        #expect(refusal.findings.contains { $0.message.contains("get stuck with c{A_J}") && $0.severity == .error })
        #expect(try await engine.local.specifications().isEmpty)

        let loaded = try await load(Self.stuck, accepting: .unsound, "again")
        #expect(loaded.first?.findings.contains { $0.code == "mizzen-unsound" && $0.severity == .warning } == true)
        #expect(try await engine.local.specifications().first?.certificate?.verdict == .unsound)
    }

    @Test func theCertificateIsKeptWithTheVersion() async throws {
        _ = try await load(Self.sound)
        let reopened = WorkflowEngine(store: try SQLiteStore(path: folder.path("store.db")))
        let certificate = try #require(try await reopened.local.specifications().first?.certificate)
        #expect(certificate.verdict == .sound && certificate.reasons.isEmpty && certificate.states > 0)
        #expect(certificate.proverVersion == soundnessProverVersion && certificate.stateBudget == SoundnessBudget.brief.states)
        #expect(certificate.source.count == 64)
        #expect(try await reopened.local.events().first?.text.hasSuffix("bytes, sound") == true)
    }

    @Test func whatCannotBeDecidedIsLoadedWithAWarning() async throws {
        let loaded = try await load(Self.wide)
        #expect(loaded.first?.certificate?.verdict == .undecided)
        #expect(loaded.first?.findings.contains { $0.code == "mizzen-soundness-undecided" && $0.severity == .warning } == true)
    }
}
