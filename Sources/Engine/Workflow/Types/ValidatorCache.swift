import Foundation
import XMLTree

/// Compiled validators by what they are for. Compiling costs far more than validating, and a specification asks for the same
/// few again and again.
///
/// `@unchecked` because the table is only read and written with the lock held.
final class ValidatorCache: @unchecked Sendable {
    typealias Outcome = Result<XMLSchema, XMLSchemaError>

    private let capacity: Int
    private let lock = NSLock()
    private var table: [String: Outcome] = [:]

    /// - Parameter schemaNodes: size of the user's schema, which every validator holds once more: the larger, the fewer are kept.
    init(schemaNodes: Int) { capacity = min(1024, max(32, 400_000 / max(1, schemaNodes))) }

    /// Two threads that miss at the same time compile twice; the lock is never held while compiling.
    func validator(_ key: String, compile: () throws(XMLSchemaError) -> XMLSchema) -> Outcome {
        if let known = lock.withLock({ table[key] }) { return known }
        let made: Outcome
        do { made = .success(try compile()) } catch { made = .failure(error) }
        lock.withLock {
            if table.count >= capacity { table.removeAll() }
            table[key] = made
        }
        return made
    }
}
