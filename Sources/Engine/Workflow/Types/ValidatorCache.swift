import Synchronization
import XMLTree

/// Compiled validators by what they are for. Compiling costs far more than validating, and a specification asks for the same
/// few again and again.
final class ValidatorCache: Sendable {
    typealias Outcome = Result<XMLSchema, XMLSchemaError>

    private let capacity: Int
    private let table = Mutex<[String: Outcome]>([:])

    /// - Parameter schemaNodes: size of the user's schema, which every validator holds once more: the larger, the fewer are kept.
    init(schemaNodes: Int) { capacity = min(1024, max(32, 400_000 / max(1, schemaNodes))) }

    /// Two threads that miss at the same time compile twice; the lock is never held while compiling.
    func validator(_ key: String, compile: () throws(XMLSchemaError) -> XMLSchema) -> Outcome {
        if let known = table.withLock({ $0[key] }) { return known }
        let made: Outcome
        do { made = .success(try compile()) } catch { made = .failure(error) }
        table.withLock { table in
            if table.count >= capacity { table.removeAll() }
            table[key] = made
        }
        return made
    }
}
