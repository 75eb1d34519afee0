// Walking a YAML document with the places of its parts, so that every complaint can say line and column.

import TextCells
import Yams

/// Collects diagnostics while a theme, a keymap or another small file of a person is read.
package struct YAMLReader {
    package let file: String
    package private(set) var diagnostics: [FileDiagnostic] = []

    package init(file: String) { self.file = file }

    /// The document's root mapping; nil, with a diagnostic, when the text is no YAML or something else than a mapping.
    package mutating func root(_ text: String, code: String) -> Node.Mapping? {
        guard text.utf8.count <= SettingsFile.largest else {
            report(.error, "\(code)-too-large", nil, "the file is larger than 1 MiB")
            return nil
        }
        do {
            guard let node = try Yams.compose(yaml: text) else { return nil }
            guard let mapping = node.mapping else {
                report(.error, "\(code)-syntax", node.mark, "the file must be a mapping of names to values")
                return nil
            }
            return mapping
        } catch let error as YamlError {
            report(error, code)
            return nil
        } catch {
            report(.error, "\(code)-syntax", nil, "the file is not YAML: \(error)")
            return nil
        }
    }

    private mutating func report(_ error: YamlError, _ code: String) {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _), .composer(_, let problem, let mark, _):
            report(.error, "\(code)-syntax", mark, "this is not YAML: \(problem)")
        case .duplicatedKeysInMapping(let duplicates, let context):
            let names = duplicates.map { Sanitizer.line("\($0)") }.joined(separator: ", ")
            report(.error, "\(code)-duplicate", context.mark, "the key \(names) appears twice; keep one")
        default: report(.error, "\(code)-syntax", nil, "the file is not YAML")
        }
    }

    package mutating func report(_ severity: FileDiagnostic.Severity, _ code: String, _ mark: Mark?, _ message: String) {
        // A file of nothing but faults must not fill the memory.
        guard diagnostics.count < 200 else { return }
        diagnostics.append(
            FileDiagnostic(severity, code: code, file: file, line: mark?.line ?? 0, column: mark?.column ?? 0, message: message))
    }
}
