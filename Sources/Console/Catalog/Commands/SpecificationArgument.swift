import Engine
import Foundation
import Workflow

/// A specification named as `FILE` or `NAME[@VERSION]`: the file where there is one of that name or where it looks like one's name,
/// else a loaded one.
enum SpecificationArgument {
    static func isFile(_ text: String) -> Bool {
        text.contains("/") || text.hasSuffix(".yawl") || text.hasSuffix(".xml") || FileManager.default.fileExists(atPath: text)
    }

    static func model(_ text: String, _ context: CommandContext) async throws(EngineError) -> Specification {
        isFile(text) ? try read(text, context) : try await context.session().specification(SpecificationReference(text)).model
    }

    /// Ready to run.
    /// - Throws: why it cannot be run, with what was found.
    static func executable(_ text: String, _ context: CommandContext) async throws(EngineError) -> ExecutableSpecification {
        let model = try await model(text, context)
        // What is loaded has passed this, or was accepted with it.
        let errors = isFile(text) ? verify(model).filter { $0.severity == .error } : []
        guard errors.isEmpty else {
            throw EngineError(
                .invalid, "specification-refused",
                "\(text) cannot be run: verification found \(errors.count) error\(errors.count == 1 ? "" : "s")",
                findings: errors)
        }
        do {
            return try ExecutableSpecification(model)
        } catch {
            throw EngineError(.refused, error.code, "\(text) cannot be run: \(error.message)")
        }
    }

    private static func read(_ file: String, _ context: CommandContext) throws(EngineError) -> Specification {
        let all: [Specification]
        do {
            all = try SpecificationReader.read(try context.readFile(file), file: file)
        } catch let error as EngineError {
            throw error
        } catch let error as SpecificationError {
            throw EngineError(
                .invalid, "specification-unreadable", "\(file) is no YAWL specification that can be read", findings: error.findings)
        } catch {
            throw EngineError(.failure, "specification-unreadable", "\(file) cannot be read: \(error)")
        }
        guard let only = all.first, all.count == 1 else {
            let names = all.map { $0.id.reference }.joined(separator: ", ")
            throw EngineError(
                .invalid, "several-specifications", "\(file) holds \(all.count) specifications (\(names)); load it and name one of them")
        }
        return only
    }
}
