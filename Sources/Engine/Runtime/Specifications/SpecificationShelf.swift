import Platform
import Workflow

/// Owns loaded specifications: reads, verifies and keeps files, finds specifications by what people call them, and gives their models and
/// executable forms.
final class SpecificationShelf: Sendable {
    let ledger: Ledger
    let entities: EntityRunner
    let library = SpecificationLibrary()
    let rules = RuleLibrary()
    private let records: SpecificationRecords
    private let executables = SingleFlight<SpecificationKey, ExecutableSpecification>()
    let ruleSets = SingleFlight<RuleLibrary.Question, RuleSet?>()

    init(ledger: Ledger, entities: EntityRunner, cache: (any SpecificationCache)?) {
        self.ledger = ledger
        records = SpecificationRecords(cache: cache)
        self.entities = entities
    }

    // MARK: Looking up

    /// Loaded and unloaded ones, in the order they were loaded.
    func all(in tenant: TenantID) async throws(EngineError) -> [SpecificationRecord] {
        try await ledger.query { try await records.all(tenant: tenant, in: $0) }
    }

    func ids(in tenant: TenantID) async throws(EngineError) -> [Int64: SpecificationID] {
        Dictionary(try await all(in: tenant).map { ($0.internalID, $0.id) }) { a, _ in a }
    }

    func record(_ internalID: Int64, in tenant: TenantID) async throws(EngineError) -> SpecificationRecord {
        guard let record = try await ledger.query({ try await $0.specification(tenant: tenant, id: internalID) }) else {
            throw EngineError(.failure, "stored-form", "the store lacks the specification of a case")
        }
        return record
    }

    func executable(_ internalID: Int64, in tenant: TenantID) async throws(EngineError) -> ExecutableSpecification {
        if let known = library.executable(of: internalID) { return known }
        return try await executables.answer(about: SpecificationKey(tenant: tenant, id: internalID)) { () async throws(EngineError) in
            try self.library.executable(of: try await self.record(internalID, in: tenant))
        }
    }

    /// The loaded specification people mean: by uri or identifier, the latest version unless one is named.
    func find(_ reference: SpecificationReference, in tenant: TenantID) async throws(EngineError) -> SpecificationRecord {
        let loaded = try await all(in: tenant).filter(\.isLoaded)
        let named = loaded.filter { $0.id.uri == reference.name || $0.id.identifier == reference.name }
        let found = reference.version.map { version in named.filter { $0.id.version == version } } ?? named
        if let best = found.max(by: { $0.id.version < $1.id.version }) { return best }
        if !named.isEmpty {
            let versions = named.map(\.id.version.description).joined(separator: ", ")
            throw EngineError(
                .notFound, "specification-not-found",
                "\(reference.name) is loaded in version \(versions), not \(reference.version?.description ?? "")")
        }
        let names = Set(loaded.map(\.id.uri)).sorted().prefix(8).joined(separator: ", ")
        throw EngineError(
            .notFound, "specification-not-found",
            "no specification \(reference.name) is loaded; "
                + (names.isEmpty ? "load one with `mizzen spec load FILE`" : "there are \(names)"))
    }

    /// The loaded specification that cannot be taken for another: with several versions loaded one must be named.
    private func findOnly(_ reference: SpecificationReference, in tenant: TenantID) async throws(EngineError) -> SpecificationRecord {
        let found = try await find(reference, in: tenant)
        guard reference.version == nil else { return found }
        let versions = try await all(in: tenant).filter { $0.isLoaded && $0.id.key == found.id.key }
        guard versions.count == 1 else {
            let names = versions.map(\.id.version).sorted().map(\.description).joined(separator: ", ")
            throw EngineError(
                .conflict, "version-not-named",
                "\(reference.name) is loaded in versions \(names); say which, such as \(reference.name)@\(found.id.version)")
        }
        return found
    }

    // MARK: Loading and unloading

    /// Keeps all specifications of a file, in one step.
    func load(
        _ source: [UInt8], file: String, accepting: LoadAcceptance, _ request: Request
    ) async throws(EngineError) -> Reply {
        let specifications = try read(source, file: file)
        let findings = try verified(specifications, file: file, accepting)
        return try await ledger.carryOut(request, busy: Self.busy(file)) { _ throws(EngineError) in
            let known = try await all(in: request.tenant)
            for specification in specifications {
                if let same = known.first(where: { $0.isLoaded && $0.id.isSame(as: specification.id) }) {
                    throw EngineError(.conflict, "specification-loaded", "\(same.id) is loaded already; give the new one a higher version")
                }
            }
            let now = try await ledger.now()
            let proofs = try prove(specifications, file: file, acceptsUnsound: accepting.contains(.unsound))
            var parts: [Step.Part] = [], loaded: [LoadedSpecification] = []
            for (index, specification) in specifications.enumerated() {
                let certificate = SoundnessCertificate(proofs[index], budget: .brief, source: source, at: now)
                let id = try await ledger.nextID(now: now)
                var chain = EventChain(.ofSpecification(id), of: request.tenant, version: 0, head: [], request)
                chain.append(
                    "specificationLoaded", at: now,
                    try Codec.encode(SpecificationEvent(id: specification.id, bytes: source.count, certificate: certificate)))
                let record = SpecificationRecord(
                    internalID: id, id: specification.id, source: source, indexInFile: index, loadedAt: now,
                    loadedBy: request.principal.name, isLoaded: true, version: chain.version, chain: chain.head, certificate: certificate)
                parts.append(
                    Step.Part(
                        scope: request.tenant, aggregate: chain.aggregate, expectedVersion: 0, events: chain.events,
                        change: .specification(record)))
                loaded.append(
                    LoadedSpecification(
                        id: specification.id, findings: findings[index] + proofs[index].findings(in: specification, asErrors: false),
                        certificate: certificate))
            }
            return .propose(Ledger.Proposal(parts: parts, answer: Reply.loaded(loaded), at: now))
        }
    }

    /// Refused while cases of it are open.
    func unload(_ reference: SpecificationReference, _ request: Request) async throws(EngineError) -> Reply {
        try await ledger.carryOut(request, busy: Self.busy(reference.description)) { _ throws(EngineError) in
            var record = try await findOnly(reference, in: request.tenant)
            let counts = try await ledger.query { try await $0.caseCounts(tenant: request.tenant) }
            if let open = counts[record.internalID]?.open, open > 0 {
                throw EngineError(
                    .conflict, "specification-in-use",
                    "\(record.id) has \(open) open case\(open == 1 ? "" : "s"); finish or cancel them first")
            }
            let now = try await ledger.now(), expected = record.version
            var chain = EventChain(
                .ofSpecification(record.internalID), of: request.tenant, version: expected, head: record.chain, request)
            chain.append("specificationUnloaded", at: now, try Codec.encode(SpecificationEvent(id: record.id, bytes: record.source.count)))
            record.isLoaded = false
            record.version = chain.version
            record.chain = chain.head
            let part = Step.Part(
                scope: request.tenant, aggregate: chain.aggregate, expectedVersion: expected, events: chain.events,
                change: .specification(record))
            return .propose(Ledger.Proposal(parts: [part], answer: Reply.unloaded(record.id), at: now))
        }
    }

    private func read(_ source: [UInt8], file: String) throws(EngineError) -> [Specification] {
        do {
            return try SpecificationReader.read(source, file: file)
        } catch {
            throw EngineError(
                .invalid, "specification-unreadable", "\(file) was not loaded: it is no YAWL specification that can be read",
                findings: error.findings)
        }
    }

    /// - Returns: the findings of each, warnings or accepted errors.
    private func verified(
        _ specifications: [Specification], file: String, _ accepting: LoadAcceptance
    ) throws(EngineError) -> [[Finding]] {
        let findings = specifications.map { verify($0) }
        // A variable of no type can be checked by nobody; the reference engine cannot load it at all.
        let errors = findings.joined().filter {
            $0.severity == .error && (!accepting.contains(.errors) || $0.code == "yawl-variable-untyped")
        }
        guard errors.isEmpty else {
            throw EngineError(
                .invalid, "specification-refused",
                "\(file) was not loaded: verification found \(errors.count) error\(errors.count == 1 ? "" : "s")",
                findings: findings.flatMap { $0 })
        }
        return findings
    }

    /// - Throws: `specification-unsound`, naming what can go wrong, unless that is accepted.
    private func prove(
        _ specifications: [Specification], file: String, acceptsUnsound: Bool
    ) throws(EngineError) -> [SpecificationSoundness] {
        let proofs = specifications.map { proveSoundness(of: $0, budget: .brief) }
        guard !acceptsUnsound, let wrong = specifications.indices.first(where: { proofs[$0].verdict.isProvenWrong }) else { return proofs }
        throw EngineError(
            .invalid, "specification-unsound",
            "\(file) was not loaded: \(specifications[wrong].id) is \(proofs[wrong].verdict.rawValue); "
                + "`mizzen spec verify` shows how it goes wrong, --accept-unsound loads it anyway",
            findings: zip(specifications, proofs).flatMap { $1.findings(in: $0, asErrors: true) })
    }

    private static func busy(_ what: String) -> EngineError {
        EngineError(.conflict, "specification-in-use", "\(what) is being changed by others all the time; try again")
    }
}

/// A specification of a tenant.
struct SpecificationKey: Hashable, Sendable {
    let tenant: TenantID
    let id: Int64
}

/// Body of the events about a specification as a whole.
struct SpecificationEvent: Codable, Sendable {
    let id: SpecificationID
    /// Size of the file.
    let bytes: Int
    /// What was proven when it was loaded.
    var certificate: SoundnessCertificate?
}

extension SpecificationID {
    func isSame(as other: SpecificationID) -> Bool { key == other.key && version == other.version }
}
