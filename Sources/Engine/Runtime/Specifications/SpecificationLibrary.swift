import Synchronization
import Workflow

/// Models and executable forms of loaded specifications, made from their stored source once and kept. What is kept is bounded:
/// the least recently used goes first.
final class SpecificationLibrary: Sendable {
    private struct Entry {
        var model: Specification
        var executable: ExecutableSpecification?
        var obstacles: [Finding]?
        var lastUse: UInt64
    }

    private struct State {
        var entries: [Int64: Entry] = [:]
        var clock: UInt64 = 0
    }

    private let state = Mutex(State())
    private let capacity = 256

    func model(of record: SpecificationRecord) throws(EngineError) -> Specification {
        if let known = entry(record.internalID) { return known.model }
        let model: Specification
        do {
            let all = try SpecificationReader.read(record.source, file: record.id.uri)
            guard record.indexInFile < all.count else {
                throw EngineError(.failure, "stored-form", "the stored file of \(record.id) holds only \(all.count) specifications")
            }
            model = all[record.indexInFile]
        } catch let error as EngineError {
            throw error
        } catch {
            throw EngineError(.failure, "stored-form", "the stored file of \(record.id) can no longer be read: \(error)")
        }
        keep(model, executable: nil, for: record.internalID)
        return model
    }

    /// What is known of a specification by its internal id; it never changes.
    func executable(of internalID: Int64) -> ExecutableSpecification? { entry(internalID)?.executable }

    func executable(of record: SpecificationRecord) throws(EngineError) -> ExecutableSpecification {
        if let known = entry(record.internalID)?.executable { return known }
        let model = try model(of: record)
        do {
            let executable = try ExecutableSpecification(model)
            keep(model, executable: executable, for: record.internalID)
            return executable
        } catch {
            throw EngineError(.refused, error.code, "\(record.id) cannot be run: \(error.message)")
        }
    }

    /// What keeps a case of it from being started by this version of mizzen; empty when nothing does.
    func obstacles(of record: SpecificationRecord) throws(EngineError) -> [Finding] {
        if let known = entry(record.internalID)?.obstacles { return known }
        let model = try model(of: record)
        // Errors refused it at load, or were accepted there.
        let found = verify(model).filter { $0.severity == .warning && $0.blocksRunning }
        state.withLock { $0.entries[record.internalID]?.obstacles = found }
        return found
    }

    private func entry(_ id: Int64) -> Entry? {
        state.withLock { state in
            state.clock += 1
            state.entries[id]?.lastUse = state.clock
            return state.entries[id]
        }
    }

    private func keep(_ model: Specification, executable: ExecutableSpecification?, for id: Int64) {
        state.withLock { state in
            state.clock += 1
            state.entries[id] = Entry(model: model, executable: executable, obstacles: state.entries[id]?.obstacles, lastUse: state.clock)
            if state.entries.count > capacity, let oldest = state.entries.min(by: { $0.value.lastUse < $1.value.lastUse })?.key {
                state.entries[oldest] = nil
            }
        }
    }
}
