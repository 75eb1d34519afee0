import Foundation
import Synchronization

/// Stands in for a PostgreSQL that is too old, as there is none to be had: it speaks the start of the protocol (version 3.0: no
/// TLS, the start-up message, no password asked, its parameters) and says it is 13.20. It is strict: what a client says that does
/// not belong there, or anything but farewell afterwards, is noted in `violations`.
public final class StandInOldServer: Sendable {
    public let port: UInt16
    private let socket: Int32
    private let noted = Mutex<[String]>([])
    private let met = Atomic<Int>(0)

    public var violations: [String] { noted.withLock { $0 } }
    /// Clients that came through the start.
    public var clients: Int { met.load(ordering: .relaxed) }

    public init() throws {
        socket = Foundation.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) { [socket] pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, length) == 0 && listen(socket, 4) == 0 && getsockname(socket, $0, &length) == 0
            }
        }
        guard isListening else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        port = UInt16(bigEndian: address.sin_port)
        let descriptor = socket
        Thread.detachNewThread { [weak self] in
            while case let connection = accept(descriptor, nil, nil), connection >= 0 {
                self?.serve(connection)
                close(connection)
            }
        }
    }

    deinit {
        shutdown(socket, Int32(SHUT_RDWR))
        close(socket)
    }

    // MARK: One client

    private func serve(_ connection: Int32) {
        guard var start = packet(connection) else { return note("the client left at once") }
        // SSLRequest and GSSENCRequest are answered with a single letter, and the start-up message follows.
        while start == Self.bytes(80_877_103) || start == Self.bytes(80_877_104) {
            write(connection, [UInt8(ascii: "N")])
            guard let next = packet(connection) else { return note("the client left after asking for encryption") }
            start = next
        }
        guard start.starts(with: Self.bytes(196_608)), start.last == 0 else { return note("no start-up message of protocol 3.0") }
        let words = start.dropFirst(4).split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
        let names = stride(from: 0, to: words.count, by: 2).map { words[$0] }
        guard words.count.isMultiple(of: 2), names.contains("user") else { return note("a start-up message with \(words)") }
        message(connection, "R", Self.bytes(0))
        for (name, value) in [
            ("server_version", "13.20"), ("server_encoding", "UTF8"), ("client_encoding", "UTF8"), ("standard_conforming_strings", "on"),
        ] {
            message(connection, "S", Array(name.utf8) + [0] + Array(value.utf8) + [0])
        }
        message(connection, "K", Self.bytes(1) + Self.bytes(2))
        message(connection, "Z", [UInt8(ascii: "I")])
        met.add(1, ordering: .relaxed)
        // Terminate, or just gone.
        guard let kind = read(connection, 1)?.first else { return }
        if kind != UInt8(ascii: "X") || packet(connection) != [] {
            note("said \(Character(UnicodeScalar(kind))) to a server that is too old")
        }
    }

    private func note(_ text: String) { noted.withLock { $0.append(text) } }

    private static func bytes(_ value: Int32) -> [UInt8] { withUnsafeBytes(of: value.bigEndian) { Array($0) } }

    private func message(_ connection: Int32, _ kind: Character, _ body: [UInt8]) {
        write(connection, Array(String(kind).utf8) + Self.bytes(Int32(body.count + 4)) + body)
    }

    private func write(_ connection: Int32, _ bytes: [UInt8]) { _ = send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL)) }

    /// What follows its own length; at most as long as a start-up message may be.
    private func packet(_ connection: Int32) -> [UInt8]? {
        guard let head = read(connection, 4) else { return nil }
        let length = head.reduce(0) { $0 << 8 | Int($1) }
        guard (4 ... 10_000).contains(length) else { return nil }
        return read(connection, length - 4)
    }

    private func read(_ connection: Int32, _ count: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count), done = 0
        while done < count {
            let got = bytes.withUnsafeMutableBytes { recv(connection, $0.baseAddress.map { $0 + done }, count - done, 0) }
            guard got > 0 else { return nil }
            done += got
        }
        return bytes
    }
}
