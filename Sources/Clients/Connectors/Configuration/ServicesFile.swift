import Engine
import Foundation

/// The file that says which services and data gateways there are (`services.yaml`):
///
///     allow-shell: true                    # without it no entry of type shell counts
///     services:                            # by codelet, URI of a yawlService, or `automated`
///       automated: echo
///       org.example.Letter: {type: shell, command: [/usr/local/bin/letter, --pdf], timeout: 60}
///       http://localhost:8080/rates/ib: {type: http, timeout: 10}
///     gateways:                            # by the class name specifications use
///       org.example.Files: {type: files, folder: data}
///       org.example.Customers:
///         type: sql
///         database: customers.db
///         read: {customer: "SELECT name FROM customer WHERE id = :customerId"}
///         write: {rating: "UPDATE customer SET rating = :value WHERE id = :case"}
///
/// Relative paths are meant from the file's folder; times are seconds.
public enum ServicesFile {
    static let largest = 1 << 20

    /// - Parameter isRequired: whether it is wrong that the file is not there; else there are no services then.
    /// - Throws: `services-file`, with a line `file:line:column: error: …` for everything that is wrong.
    public static func read(_ path: String, isRequired: Bool) throws(EngineError) -> ServiceDirectory {
        guard FileManager.default.fileExists(atPath: path) else {
            if isRequired { throw EngineError(.notFound, "services-file", "there is no file \(path) with services") }
            return ServiceDirectory()
        }
        let bytes: Data
        do {
            let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            defer { try? handle.close() }
            bytes = try handle.read(upToCount: largest + 1) ?? Data()
        } catch {
            throw EngineError(.invalid, "services-file", "\(path) cannot be read: \(error.localizedDescription)")
        }
        guard bytes.count <= largest, let text = String(validating: bytes, as: UTF8.self) else {
            throw EngineError(.invalid, "services-file", "\(path) is larger than 1 MiB or no UTF-8 text")
        }
        return try parse(text, file: path)
    }

    static func parse(_ text: String, file: String) throws(EngineError) -> ServiceDirectory {
        var reader = ServicesReader(file: file)
        let directory = reader.directory(text)
        guard reader.complaints.isEmpty else {
            throw EngineError(.invalid, "services-file", "\(file) cannot be used:\n" + reader.complaints.joined(separator: "\n"))
        }
        return directory
    }
}
