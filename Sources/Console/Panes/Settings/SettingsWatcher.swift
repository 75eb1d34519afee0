@preconcurrency import Dispatch  // a dispatch source may be used from any thread, but is not declared so
import Foundation

/// Tells when a file in some folders changes: the kernel reports it, nothing is polled.
public enum SettingsWatcher {
    /// Ends by itself where files cannot be watched; the console then goes on with what it has read.
    public static func changes(in folders: [String]) -> AsyncStream<Void> {
        AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
            let descriptor = inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))
            guard descriptor >= 0 else { return continuation.finish() }
            let watched = folders.filter { inotify_add_watch(descriptor, $0, UInt32(IN_CLOSE_WRITE | IN_MOVED_TO | IN_DELETE)) >= 0 }
            guard !watched.isEmpty else {
                close(descriptor)
                return continuation.finish()
            }
            let source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: DispatchQueue(label: "mizzen.settings.watch"))
            source.setEventHandler {
                var buffer = [UInt8](repeating: 0, count: 4096)
                while read(descriptor, &buffer, buffer.count) > 0 {}
                continuation.yield()
            }
            source.setCancelHandler { close(descriptor) }
            continuation.onTermination = { _ in source.cancel() }
            source.activate()
        }
    }
}
