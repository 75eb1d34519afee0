import Foundation
import Synchronization

/// Stands in for a service on the other side of HTTP: on the loopback, on a port the system chooses, gone with the test. It is strict:
/// what is no form posted as the rules say is answered with 400 and noted in `violations`.
public final class StandInHTTPServer: Sendable {
    public struct Request: Sendable {
        public let path: String
        /// By lower-case name.
        public let headers: [String: String]
        public let form: [String: String]
    }

    public struct Reply: Sendable {
        public let status: Int
        public let body: String
        /// Milliseconds before it is given.
        public let delay: UInt32
        public let headers: String

        public init(_ body: String, status: Int = 200, delay: UInt32 = 0, headers: String = "") {
            self.body = body
            self.status = status
            self.delay = delay
            self.headers = headers
        }
    }

    private struct State {
        var requests: [Request] = []
        var violations: [String] = []
    }

    private let socket: Int32
    public let port: UInt16
    private let state = Mutex(State())
    private let answer: @Sendable (Request) -> Reply

    public var requests: [Request] { state.withLock(\.requests) }
    public var violations: [String] { state.withLock(\.violations) }

    public func url(_ path: String = "/") -> String { "http://127.0.0.1:\(port)\(path)" }

    public init(_ answer: @escaping @Sendable (Request) -> Reply) throws {
        self.answer = answer
        socket = Foundation.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let (descriptor, isListening) = (
            socket,
            withUnsafeMutablePointer(to: &address) { [socket] pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                    bind(socket, address, length) == 0 && listen(socket, 16) == 0 && getsockname(socket, address, &length) == 0
                }
            }
        )
        guard isListening else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        port = UInt16(bigEndian: address.sin_port)
        Thread.detachNewThread { [weak self] in
            while true {
                let connection = accept(descriptor, nil, nil)
                guard connection >= 0 else { return }
                guard let self else {
                    close(connection)
                    return
                }
                Thread.detachNewThread {
                    self.serve(connection)
                    close(connection)
                }
            }
        }
    }

    deinit {
        shutdown(socket, Int32(SHUT_RDWR))
        close(socket)
    }

    private func serve(_ connection: Int32) {
        guard let (head, body) = Self.message(from: connection) else { return note("the connection ended in the middle of a request") }
        let lines = head.components(separatedBy: "\r\n")
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2 { headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces) }
        }
        let words = lines[0].split(separator: " ").map(String.init)
        do {
            guard words.count == 3, words[0] == "POST", words[2] == "HTTP/1.1" else { throw Violation("the request line is \(lines[0])") }
            guard headers["host"] == "127.0.0.1:\(port)" else { throw Violation("the host is \(headers["host"] ?? "missing")") }
            let type = headers["content-type"]?.lowercased().replacingOccurrences(of: " ", with: "")
            guard ["application/x-www-form-urlencoded", "application/x-www-form-urlencoded;charset=utf-8"].contains(type) else {
                throw Violation("the content type is \(type ?? "missing")")
            }
            let request = Request(path: words[1], headers: headers, form: try Self.form(body))
            state.withLock { $0.requests.append(request) }
            let reply = answer(request)
            if reply.delay > 0 { usleep(reply.delay * 1000) }
            Self.send(reply, on: connection)
        } catch {
            note("\(error)")
            Self.send(Reply("\(error)", status: 400), on: connection)
        }
    }

    private func note(_ violation: String) { state.withLock { $0.violations.append(violation) } }

    private struct Violation: Error, CustomStringConvertible {
        let description: String
        init(_ description: String) { self.description = description }
    }

    /// Head without the empty line, and as much body as it announces.
    private static func message(from connection: Int32) -> (String, [UInt8])? {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while bytes.count < 8 << 20 {
            if let end = Data(bytes).range(of: Data("\r\n\r\n".utf8)) {
                let head = String(decoding: bytes[..<end.lowerBound], as: UTF8.self)
                let length =
                    head.components(separatedBy: "\r\n").first { $0.lowercased().hasPrefix("content-length:") }
                    .flatMap { Int($0.dropFirst("content-length:".count).trimmingCharacters(in: .whitespaces)) } ?? 0
                if bytes.count >= end.upperBound + length { return (head, Array(bytes[end.upperBound ..< end.upperBound + length])) }
            }
            let count = read(connection, &buffer, buffer.count)
            guard count > 0 else { return nil }
            bytes += buffer[..<count]
        }
        return nil
    }

    private static func form(_ body: [UInt8]) throws -> [String: String] {
        var form: [String: String] = [:]
        for field in String(decoding: body, as: UTF8.self).split(separator: "&") {
            let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map { part in
                String(part).replacingOccurrences(of: "+", with: " ").removingPercentEncoding
            }
            guard parts.count == 2, let name = parts[0], let value = parts[1] else { throw Violation("a field is \(field.prefix(80))") }
            guard form.updateValue(value, forKey: name) == nil else { throw Violation("the field \(name) comes twice") }
        }
        return form
    }

    private static func send(_ reply: Reply, on connection: Int32) {
        let text =
            """
            HTTP/1.1 \(reply.status) -\r\nContent-Type: text/xml; charset=UTF-8\r\n\
            Content-Length: \(reply.body.utf8.count)\r\nConnection: close\r\n
            """
            + reply.headers + "\r\n" + reply.body
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let sent = rest.withUnsafeBytes { Foundation.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard sent > 0 else { return }
            rest = rest.dropFirst(sent)
        }
    }
}
