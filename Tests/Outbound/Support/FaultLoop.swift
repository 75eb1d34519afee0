import Foundation

/// The fault server's thread: what it knows of its connections.
struct FaultLoop {
    enum Event {
        case accepted, closed
        case sent(Int)
        case request(FaultServer.Request)
    }

    private struct Connection {
        let number: Int
        var input: [UInt8] = []
        var output: [UInt8] = []
        /// Repeated whenever the output is empty.
        var endless: [UInt8] = []
        var later: (reply: [UInt8], due: ContinuousClock.Instant)?
        var isHeld = false
        var closesWhenSent = false
    }

    private let listener: Int32
    private let fault: @Sendable (FaultServer.Request) -> FaultServer.Fault
    private var connections: [Int32: Connection] = [:]
    private var count = 0

    init(listener: Int32, fault: @escaping @Sendable (FaultServer.Request) -> FaultServer.Fault) {
        self.listener = listener
        self.fault = fault
    }

    mutating func turn(_ tell: (Event) -> Void) {
        let now = ContinuousClock.now
        for (descriptor, connection) in connections {
            guard let later = connection.later, later.due <= now else { continue }
            connections[descriptor]?.output += later.reply
            connections[descriptor]?.later = nil
        }
        var wanted = [pollfd(fd: listener, events: Int16(POLLIN), revents: 0)]
        wanted += connections.map { descriptor, connection in
            let isSending = !connection.output.isEmpty || !connection.endless.isEmpty
            return pollfd(fd: descriptor, events: Int16(POLLIN | (isSending ? POLLOUT : 0)), revents: 0)
        }
        // Short, since slow replies and the end of the test are looked for here.
        poll(&wanted, nfds_t(wanted.count), connections.values.contains { $0.later != nil } ? 2 : 20)
        if wanted[0].revents != 0 { accept(tell) }
        for entry in wanted.dropFirst() where entry.revents != 0 {
            if entry.revents & Int16(POLLOUT) != 0 { send(entry.fd, tell) }
            if entry.revents & Int16(POLLIN | POLLHUP | POLLERR) != 0 { receive(entry.fd, tell) }
        }
    }

    mutating func closeAll() {
        for descriptor in connections.keys { close(descriptor) }
        close(listener)
    }

    private mutating func accept(_ tell: (Event) -> Void) {
        let descriptor = Foundation.accept(listener, nil, nil)
        guard descriptor >= 0 else { return }
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        count += 1
        connections[descriptor] = Connection(number: count)
        tell(.accepted)
    }

    private mutating func end(_ descriptor: Int32, _ tell: (Event) -> Void, abruptly: Bool = false) {
        guard connections.removeValue(forKey: descriptor) != nil else { return }
        if abruptly {
            var linger = Foundation.linger(l_onoff: 1, l_linger: 0)
            setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Foundation.linger>.size))
        }
        close(descriptor)
        tell(.closed)
    }

    private mutating func send(_ descriptor: Int32, _ tell: (Event) -> Void) {
        guard var connection = connections[descriptor] else { return }
        if connection.output.isEmpty { connection.output = connection.endless }
        let sent = Foundation.send(descriptor, connection.output, connection.output.count, Int32(MSG_NOSIGNAL))
        if sent < 0, errno != EAGAIN { return end(descriptor, tell) }
        connection.output.removeFirst(max(sent, 0))
        connections[descriptor] = connection
        tell(.sent(max(sent, 0)))
        if connection.output.isEmpty, connection.closesWhenSent { end(descriptor, tell) }
    }

    private mutating func receive(_ descriptor: Int32, _ tell: (Event) -> Void) {
        var buffer = [UInt8](repeating: 0, count: 65536)
        let got = recv(descriptor, &buffer, buffer.count, 0)
        if got < 0, errno == EAGAIN { return }
        guard got > 0 else { return end(descriptor, tell) }
        connections[descriptor]?.input += buffer[..<got]
        while let request = takeRequest(descriptor) {
            tell(.request(request))
            carryOut(fault(request), descriptor, tell)
        }
    }

    private mutating func takeRequest(_ descriptor: Int32) -> FaultServer.Request? {
        guard let connection = connections[descriptor], let end = Data(connection.input).range(of: Data("\r\n\r\n".utf8)) else {
            return nil
        }
        let lines = String(decoding: connection.input[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            headers[parts[0].lowercased()] = parts.count == 2 ? parts[1].trimmingCharacters(in: .whitespaces) : ""
        }
        let whole = end.upperBound + (headers["content-length"].flatMap { Int($0) } ?? 0)
        guard connection.input.count >= whole else { return nil }
        let words = lines[0].split(separator: " ").map(String.init)
        connections[descriptor]?.input.removeFirst(whole)
        return FaultServer.Request(
            method: words.first ?? "", path: words.count > 1 ? words[1] : "", headers: headers,
            body: Array(connection.input[end.upperBound ..< whole]), connection: connection.number)
    }

    private mutating func carryOut(_ fault: FaultServer.Fault, _ descriptor: Int32, _ tell: (Event) -> Void) {
        func put(_ text: String) { connections[descriptor]?.output += Array(text.utf8) }
        let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
        switch fault {
        case .reply(let status, let headers, let body):
            let head = ["HTTP/1.1 \(status) -", "Content-Length: \(body.utf8.count)"] + headers
            put(head.joined(separator: "\r\n") + "\r\n\r\n" + body)
        case .slow(let milliseconds): connections[descriptor]?.later = (Array(ok.utf8), .now + .milliseconds(milliseconds))
        case .silence: break
        case .together(let count):
            connections[descriptor]?.isHeld = true
            let held = connections.filter(\.value.isHeld)
            guard held.count >= count else { return }
            for key in held.keys {
                connections[key]?.isHeld = false
                connections[key]?.output += Array(ok.utf8)
            }
        case .reset: end(descriptor, tell, abruptly: true)
        case .close: end(descriptor, tell)
        case .garbage:
            put("\u{1}\u{2}this is not HTTP\r\n\r\n")
            connections[descriptor]?.closesWhenSent = true
        case .endlessBody:
            put("HTTP/1.1 200 OK\r\n\r\n")
            connections[descriptor]?.endless = [UInt8](repeating: 120, count: 60_000)
        case .endlessHead:
            put("HTTP/1.1 200 OK\r\n")
            connections[descriptor]?.endless = Array(String(repeating: "X-More: and more\r\n", count: 500).utf8)
        case .early:
            put("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
            connections[descriptor]?.closesWhenSent = true
        case .large(let bytes):
            put("HTTP/1.1 200 OK\r\nContent-Length: \(bytes)\r\n\r\n")
            connections[descriptor]?.output += (0 ..< bytes).map { UInt8(truncatingIfNeeded: $0 >> 8) }
        }
    }
}
