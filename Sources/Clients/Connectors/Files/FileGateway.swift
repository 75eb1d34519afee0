import Engine
import Foundation
import Workflow
import XMLTree

/// Data of cases in a folder of XML files, one document per value. Where they are:
///
/// - input `p` of a task in case 7: `7/p.xml`, else `p.xml` (the same for all cases);
/// - variable `v` of a case at its start: `v.xml`; one without a file keeps its initial value;
/// - output `p` of a task in case 7: `7/p.xml`;
/// - the data of case 7 at its end: `7.xml`.
///
/// A file is written beside its place, flushed and then moved there, so that nobody reads half of one; writing it twice changes nothing.
public struct FileGateway: DataGateway {
    public let kind = "files"
    public let patience: Int64 = 30_000
    let folder: URL

    public init(folder: String) { self.folder = URL(fileURLWithPath: folder, isDirectory: true) }

    public func read(_ read: GatewayRead) async throws(ServiceError) -> [XMLDocument] {
        var values: [XMLDocument] = []
        for name in read.names {
            let file = try Self.fileName(name)
            let places =
                (read.caseID?.number.map { [folder.appendingPathComponent(String($0)).appendingPathComponent(file)] } ?? []) + [
                    folder.appendingPathComponent(file)
                ]
            guard let place = places.first(where: { FileManager.default.fileExists(atPath: $0.path) }) else { continue }
            do {
                values.append(try XMLDocument.parse([UInt8](Data(contentsOf: place)), options: .data))
            } catch {
                throw ServiceError("\(place.path) cannot be read: \(error)")
            }
        }
        return values
    }

    public func write(_ write: GatewayWrite, key: IdempotencyKey) async throws(ServiceError) {
        guard let number = write.caseID.number else { throw ServiceError("\(write.caseID) is no case of this engine", isFinal: true) }
        let place =
            write.task == nil
            ? folder.appendingPathComponent("\(number).xml")
            : folder.appendingPathComponent(String(number)).appendingPathComponent(try Self.fileName(write.name))
        do {
            try FileManager.default.createDirectory(at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
            let draft = place.deletingLastPathComponent().appendingPathComponent(".\(place.lastPathComponent).\(UUID().uuidString)")
            defer { try? FileManager.default.removeItem(at: draft) }
            guard FileManager.default.createFile(atPath: draft.path, contents: nil) else {
                throw ServiceError("\(draft.path) cannot be made")
            }
            let handle = try FileHandle(forWritingTo: draft)
            try handle.write(contentsOf: Data((write.value.serialized() + "\n").utf8))
            try handle.synchronize()
            try handle.close()
            guard rename(draft.path, place.path) == 0 else {
                throw ServiceError("\(place.path) cannot be written: \(String(cString: strerror(errno)))")
            }
        } catch let error as ServiceError {
            throw error
        } catch {
            throw ServiceError("\(place.path) cannot be written: \(error.localizedDescription)")
        }
    }

    /// A specification chooses names, not places.
    private static func fileName(_ name: String) throws(ServiceError) -> String {
        guard !name.isEmpty, !name.hasPrefix("."), name.utf8.count <= 200, !name.contains("/"), !name.utf8.contains(0) else {
            throw ServiceError("“\(name)” cannot be the name of a file", isFinal: true)
        }
        return name + ".xml"
    }
}
