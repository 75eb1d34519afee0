import CRedis
import Dispatch
import Engine
import Foundation
import Settings
import Synchronization

/// The way to a Redis server: one thread of its own that makes hiredis's blocking calls, one after the other, each within a short time. The
/// thread starts with the first command. What would wait behind too many others is refused, and after a failure the server is left alone
/// for a moment, so nobody waits long for a server that is away.
final class RedisLane: Sendable {
    typealias Answer = Result<[UInt8]?, ConnectorFailure>

    fileprivate struct Job {
        let command: [[UInt8]]
        /// Also while the server is left alone.
        let isProbe: Bool
        let answer: @Sendable (Answer) -> Void
    }

    fileprivate struct State {
        var jobs: [Job] = []
        var isStarted = false
        var isOver = false
    }

    /// What the thread and its owner share; the thread does not keep the lane alive.
    fileprivate final class Line: Sendable {
        let state = Mutex(State())
        let bell = DispatchSemaphore(value: 0)
    }

    private static let longestLine = 64
    private let line = Line()
    private let place: RedisPlace, user: String?, password: SecretReference?, timeout: Int64

    /// - Parameter timeout: of one command, in milliseconds; a connection may take twice as long.
    init(_ place: RedisPlace, user: String?, password: SecretReference?, timeout: Int64) {
        self.place = place
        self.user = user
        self.password = password
        self.timeout = timeout
    }

    deinit {
        line.state.withLock { $0.isOver = true }
        line.bell.signal()
    }

    func run(_ command: [String]) async throws(ConnectorFailure) -> [UInt8]? { try await run(command.map { Array($0.utf8) }) }

    /// - Returns: nil for Redis's own nil.
    func run(_ command: [[UInt8]], isProbe: Bool = false) async throws(ConnectorFailure) -> [UInt8]? {
        let answer: Answer = await withCheckedContinuation { continuation in
            add(Job(command: command, isProbe: isProbe) { continuation.resume(returning: $0) })
        }
        return try answer.get()
    }

    /// PING and the version that INFO names; nil where the user may not ask for it.
    func serverVersion() async throws(ConnectorFailure) -> String? {
        _ = try await run([Array("PING".utf8)], isProbe: true)
        guard let info = try? await run([Array("INFO".utf8), Array("server".utf8)], isProbe: true) else { return nil }
        let line = String(decoding: info, as: UTF8.self).split(whereSeparator: \.isNewline).first { $0.hasPrefix("redis_version:") }
        return line.map { String($0.dropFirst("redis_version:".count)) }
    }

    private func add(_ job: Job) {
        enum Verdict { case taken, first, full }
        let verdict = line.state.withLock { state -> Verdict in
            guard state.jobs.count < Self.longestLine else { return .full }
            state.jobs.append(job)
            defer { state.isStarted = true }
            return state.isStarted ? .taken : .first
        }
        switch verdict {
        case .full:
            return job.answer(.failure(ConnectorFailure(.quota, "\(place) is not asked: \(Self.longestLine) commands wait already")))
        case .taken: break
        case .first:
            let thread = Thread { [line, place, user, password, timeout] in
                Self.work(line, RedisConnection(place, user: user, password: password, timeout: timeout))
            }
            thread.name = "mizzen.redis"
            thread.stackSize = 512 << 10
            thread.start()
        }
        line.bell.signal()
    }

    private static func work(_ line: Line, _ connection: consuming RedisConnection) {
        // hiredis writes to sockets that may be gone.
        var broken = sigset_t()
        sigemptyset(&broken)
        sigaddset(&broken, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &broken, nil)
        while true {
            line.bell.wait()
            let (job, isOver) = line.state.withLock { state in (state.jobs.isEmpty ? nil : state.jobs.removeFirst(), state.isOver) }
            if let job { job.answer(connection.run(job.command, evenIfResting: job.isProbe)) } else if isOver { return }
        }
    }
}

/// A connection that is made when it is needed. Belongs to one thread.
private struct RedisConnection: ~Copyable {
    private let place: RedisPlace, user: String?, password: SecretReference?, timeout: Int64
    private var context: UnsafeMutablePointer<redisContext>?
    private var restsUntil = DispatchTime(uptimeNanoseconds: 0)
    private var lastFailure: ConnectorFailure?
    private static let rest = DispatchTimeInterval.seconds(1)

    init(_ place: RedisPlace, user: String?, password: SecretReference?, timeout: Int64) {
        self.place = place
        self.user = user
        self.password = password
        self.timeout = timeout
    }

    deinit { if let context { redisFree(context) } }

    mutating func run(_ command: [[UInt8]], evenIfResting: Bool) -> RedisLane.Answer {
        if let lastFailure, context == nil, !evenIfResting, DispatchTime.now() < restsUntil { return .failure(lastFailure) }
        do throws(ConnectorFailure) {
            let known = context != nil
            do throws(ConnectorFailure) {
                return .success(try exchange(command, try connected()))
            } catch {
                // A connection that lay idle may have been closed by the other side; what we send is harmless twice.
                guard known, context == nil, error.kind == .connect else { throw error }
                return .success(try exchange(command, try connected()))
            }
        } catch {
            lastFailure = error
            if context == nil { restsUntil = .now() + Self.rest }
            return .failure(error)
        }
    }

    private mutating func connected() throws(ConnectorFailure) -> UnsafeMutablePointer<redisContext> {
        if let context { return context }
        guard let fresh = redisConnectWithTimeout(place.host, Int32(clamping: place.port), Self.time(timeout * 2)) else {
            throw ConnectorFailure(.connect, "\(place): there is no memory for a connection")
        }
        context = fresh
        guard fresh.pointee.err == 0 else { throw drop(isConnecting: true) }
        redisSetTimeout(fresh, Self.time(timeout))
        if let password {
            let secret: Secret
            do {
                secret = try password.secret()
            } catch {
                close()
                throw ConnectorFailure(error)
            }
            let words = ["AUTH"] + (user.map { [$0] } ?? []) + [secret.revealed()]
            try greet(words, fresh)
        }
        if place.database != 0 { try greet(["SELECT", String(place.database)], fresh) }
        return fresh
    }

    private mutating func greet(_ words: [String], _ fresh: UnsafeMutablePointer<redisContext>) throws(ConnectorFailure) {
        do {
            _ = try exchange(words.map { Array($0.utf8) }, fresh)
        } catch {
            close()
            throw error
        }
    }

    private mutating func exchange(
        _ command: [[UInt8]], _ connection: UnsafeMutablePointer<redisContext>
    ) throws(ConnectorFailure) -> [UInt8]? {
        let lengths = command.map(\.count)
        let bytes = command.flatMap { $0 }
        let raw = bytes.withUnsafeBytes { all -> UnsafeMutableRawPointer? in
            var offset = 0
            var parts: [UnsafePointer<CChar>?] = lengths.map { length in
                defer { offset += length }
                return all.baseAddress.map { ($0 + offset).assumingMemoryBound(to: CChar.self) }
            }
            return redisCommandArgv(connection, Int32(command.count), &parts, lengths)
        }
        guard let raw else { throw drop(isConnecting: false) }
        let reply = raw.assumingMemoryBound(to: redisReply.self)
        defer { freeReplyObject(raw) }
        switch reply.pointee.type {
        case REDIS_REPLY_NIL: return nil
        case REDIS_REPLY_INTEGER: return Array(String(reply.pointee.integer).utf8)
        case REDIS_REPLY_STRING, REDIS_REPLY_STATUS: return Self.text(reply)
        case REDIS_REPLY_ERROR: throw refusal(String(decoding: Self.text(reply).prefix(200), as: UTF8.self))
        default: throw ConnectorFailure(.protocol, "\(place) answers with something unexpected")
        }
    }

    private static func text(_ reply: UnsafeMutablePointer<redisReply>) -> [UInt8] {
        guard let text = reply.pointee.str else { return [] }
        return Array(UnsafeRawBufferPointer(start: text, count: Int(reply.pointee.len)))
    }

    /// What Redis says when it says no.
    private func refusal(_ text: String) -> ConnectorFailure {
        let kind: ConnectorFailure.Kind =
            switch text.prefix(while: { $0 != " " }) {
            case "NOAUTH", "WRONGPASS", "NOPERM": .auth
            case "OOM": .quota
            case "LOADING", "BUSY", "MASTERDOWN", "READONLY", "MISCONF", "CLUSTERDOWN": .server
            default: text.contains("password") || text.contains("AUTH") ? .auth : .client
            }
        return ConnectorFailure(kind, "\(place) refuses: \(text)")
    }

    /// Closes the connection after a failure and says what it was.
    private mutating func drop(isConnecting: Bool) -> ConnectorFailure {
        let code = context?.pointee.err ?? 0, number = errno
        let text = Self.complaint(context)
        close()
        let kind: ConnectorFailure.Kind =
            switch code {
            case REDIS_ERR_IO where number == EAGAIN || number == ETIMEDOUT || text.contains("timed out"): .timeout
            case REDIS_ERR_IO, REDIS_ERR_EOF: .connect
            case REDIS_ERR_OTHER: isConnecting ? .dns : .connect
            default: .protocol
            }
        return ConnectorFailure(kind, "\(place): \(text.isEmpty ? "the connection is lost" : text)")
    }

    private static func complaint(_ context: UnsafeMutablePointer<redisContext>?) -> String {
        guard let context else { return "" }
        return withUnsafeBytes(of: context.pointee.errstr) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }

    private mutating func close() {
        if let context { redisFree(context) }
        context = nil
    }

    private static func time(_ milliseconds: Int64) -> timeval {
        timeval(tv_sec: Int(milliseconds / 1000), tv_usec: Int(milliseconds % 1000) * 1000)
    }
}
