import Engine
@preconcurrency import Dispatch  // a dispatch source may be used from any thread, but is not declared so
import Foundation
import Synchronization

/// Tells of commits by any process: the kernel reports writes to the store's write-ahead log, so nothing is polled and an idle
/// program sleeps. Watches only while somebody listens: a person may have no more than so many watches (often 128) in all processes.
/// When they are used up, or the file system has none, the files are looked at once a second.
final class FileWatcher: Sendable {
    private struct State {
        var next = 0
        var listeners: [Int: AsyncStream<Void>.Continuation] = [:]
        /// Nil while nobody listens.
        var watch: (any DispatchSourceProtocol)?
    }

    private let path: String
    private let folder: String
    /// Of the store and of its write-ahead log.
    private let names: Set<String>
    private let state = Mutex(State())

    init(path: String) {
        // The log is beside the file itself, not beside a link to it.
        let url = URL(fileURLWithPath: path).resolvingSymlinksInPath()
        self.path = url.path
        folder = url.deletingLastPathComponent().path
        names = [url.lastPathComponent, url.lastPathComponent + "-wal"]
    }

    deinit {
        state.withLock { state in
            state.watch?.cancel()
            for listener in state.listeners.values { listener.finish() }
        }
    }

    /// Told of commits from now on; several that come close together are told once.
    func changes() -> AsyncStream<Void> {
        AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
            let key = state.withLock { state in
                state.next += 1
                state.listeners[state.next] = continuation
                if state.watch == nil { state.watch = notified() ?? polled() }
                return state.next
            }
            continuation.onTermination = { [weak self] _ in self?.remove(key) }
        }
    }

    private func remove(_ key: Int) {
        state.withLock { state in
            state.listeners[key] = nil
            guard state.listeners.isEmpty else { return }
            state.watch?.cancel()
            state.watch = nil
        }
    }

    /// Tells every process of a commit that can be read by now. The kernel reports the write to the log, which is before the flush,
    /// and whoever reads at once finds nothing new; so the writer touches the store's file once more.
    func announce() { utimensat(AT_FDCWD, path, nil, 0) }

    private func tell() { state.withLock { for listener in $0.listeners.values { listener.yield() } } }

    // MARK: Ways to notice

    private static let queue = DispatchQueue(label: "mizzen.store.watch")

    private func notified() -> (any DispatchSourceProtocol)? {
        let descriptor = inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))
        guard descriptor >= 0 else { return nil }
        guard inotify_add_watch(descriptor, folder, UInt32(IN_MODIFY | IN_ATTRIB | IN_CREATE | IN_MOVED_TO)) >= 0 else {
            close(descriptor)
            return nil
        }
        let source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: Self.queue)
        source.setEventHandler { [weak self, names] in
            if Self.drain(descriptor).contains(where: { names.contains($0) }) { self?.tell() }
        }
        source.setCancelHandler { close(descriptor) }
        source.activate()
        return source
    }

    private func polled() -> any DispatchSourceProtocol {
        let paths = names.sorted().map { folder + "/" + $0 }
        let source = DispatchSource.makeTimerSource(queue: Self.queue)
        let known = Mutex(Self.stamps(of: paths))
        source.schedule(deadline: .now() + 1, repeating: 1, leeway: .milliseconds(100))
        source.setEventHandler { [weak self] in
            let now = Self.stamps(of: paths)
            let isNew = known.withLock { known in
                defer { known = now }
                return known != now
            }
            if isNew { self?.tell() }
        }
        source.activate()
        return source
    }

    /// Size and time of the last change of each file.
    private static func stamps(of paths: [String]) -> [Int64] {
        paths.flatMap { path -> [Int64] in
            var status = stat()
            guard stat(path, &status) == 0 else { return [] }
            return [Int64(status.st_size), Int64(status.st_mtim.tv_sec), Int64(status.st_mtim.tv_nsec)]
        }
    }

    /// Reads what the kernel has to say: the names of the files that changed.
    private static func drain(_ descriptor: Int32) -> Set<String> {
        var names: Set<String> = []
        let header = MemoryLayout<inotify_event>.size
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            guard count > 0 else { return names }
            var at = 0
            while at + header <= count {
                let length = buffer.withUnsafeBytes { Int($0.loadUnaligned(fromByteOffset: at, as: inotify_event.self).len) }
                let end = min(at + header + length, count)
                names.insert(String(decoding: buffer[at + header ..< end].prefix { $0 != 0 }, as: UTF8.self))
                at = end
            }
        }
    }
}
