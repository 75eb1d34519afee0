import Engine
@preconcurrency import Dispatch  // a dispatch source may be used from any thread, but is not declared so
import Foundation
import Synchronization

/// Tells of commits by any process: the kernel reports writes to the store's write-ahead log, so nothing is polled and an idle
/// program sleeps.
final class FileWatcher: Sendable {
    private struct Listeners {
        var next = 0
        var continuations: [Int: AsyncStream<Void>.Continuation] = [:]
    }

    private let listeners: ListenerList
    private let source: any DispatchSourceRead
    private let descriptor: Int32

    private final class ListenerList: Sendable {
        let state = Mutex(Listeners())

        func tell() { state.withLock { for continuation in $0.continuations.values { continuation.yield() } } }
    }

    init(path: String) throws {
        let url = URL(fileURLWithPath: path)
        let file = url.lastPathComponent
        let descriptor = inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))
        guard descriptor >= 0 else { throw StoreError(.failure, "cannot watch \(path): \(String(cString: strerror(errno)))") }
        guard inotify_add_watch(descriptor, url.deletingLastPathComponent().path, UInt32(IN_MODIFY | IN_CREATE | IN_MOVED_TO)) >= 0 else {
            close(descriptor)
            throw StoreError(.failure, "cannot watch \(path): \(String(cString: strerror(errno)))")
        }
        let listeners = ListenerList()
        self.descriptor = descriptor
        self.listeners = listeners
        let source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: DispatchQueue(label: "mizzen.store.watch"))
        let names: Set<String> = [file, file + "-wal"]
        source.setEventHandler {
            if Self.drain(descriptor).contains(where: { names.contains($0) }) { listeners.tell() }
        }
        source.setCancelHandler { close(descriptor) }
        source.activate()
        self.source = source
    }

    deinit {
        source.cancel()
        listeners.state.withLock { for continuation in $0.continuations.values { continuation.finish() } }
    }

    func changes() -> AsyncStream<Void> {
        let listeners = listeners
        return AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
            let key = listeners.state.withLock { state in
                state.next += 1
                state.continuations[state.next] = continuation
                return state.next
            }
            continuation.onTermination = { _ in _ = listeners.state.withLock { $0.continuations.removeValue(forKey: key) } }
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
