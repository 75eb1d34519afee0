// Reading a small text file with a bound, by POSIX calls: this floor does without Foundation.

import POSIX

/// Themes and keymaps a user wrote. The caller knows the folder (XDG); this reads.
public enum SettingsFile {
    /// Larger files are refused.
    public static let largest = 1 << 20

    /// The text of a file; nil when there is none. Anything else that keeps it from being read is a diagnostic.
    public static func read(_ path: String) -> Result<String?, FileFailure> {
        let fd = open(path, O_RDONLY | O_CLOEXEC)
        guard fd >= 0 else {
            return errno == ENOENT || errno == ENOTDIR ? .success(nil) : .failure(failure(path, reason(errno)))
        }
        defer { close(fd) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16384)
        while true {
            let count = buffer.withUnsafeMutableBytes { Self.readOnce(fd, $0) }
            if count < 0 { return .failure(failure(path, reason(errno))) }
            if count == 0 { break }
            bytes += buffer[..<count]
            if bytes.count > largest { return .failure(failure(path, "it is larger than 1 MiB")) }
        }
        guard let text = String(validating: bytes, as: UTF8.self) else { return .failure(failure(path, "it is not UTF-8 text")) }
        return .success(text)
    }

    private static func readOnce(_ fd: Int32, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
        while true {
            let count = POSIX.read(fd, buffer.baseAddress, buffer.count)
            if count >= 0 || errno != EINTR { return count }
        }
    }

    private static func reason(_ code: Int32) -> String { String(cString: strerror(code)) }

    private static func failure(_ path: String, _ reason: String) -> FileFailure {
        FileFailure(
            diagnostic: FileDiagnostic(
                .error, code: "file-unreadable", file: path, line: 0, column: 0, message: "the file cannot be read: \(reason)"))
    }
}

/// A file that is there but cannot be read.
public struct FileFailure: Error, Hashable, Sendable {
    public let diagnostic: FileDiagnostic
}
