// A tty inside the process: the test is the terminal.

import Dispatch
import Foundation
import Synchronization
import Testing

/// A pseudo terminal. The test writes what a person types and reads what a screen would get.
final class PseudoTerminal: Sendable {
    private let master: Int32
    let slave: Int32
    private let isHungUp = Mutex(false)
    private let received = Mutex(Data())

    init(columns: UInt16 = 80, rows: UInt16 = 24) throws {
        var ends: (master: Int32, slave: Int32) = (-1, -1)
        var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        try #require(openpty(&ends.master, &ends.slave, nil, nil, &size) == 0)
        master = ends.master
        slave = ends.slave
    }

    deinit {
        hangUp()
        close(slave)
    }

    /// Closes the terminal's side, as a window that is closed does.
    func hangUp() {
        isHungUp.withLock { isHungUp in
            if !isHungUp { close(master) }
            isHungUp = true
        }
    }

    func type(_ text: String) {
        let bytes = Array(text.utf8)
        #expect(write(master, bytes, bytes.count) == bytes.count)
    }

    /// Reads until the output contains a text; false when a minute brings nothing more. Waits on a thread of its own, because the few
    /// that run tests are needed by what is waited for.
    func waits(for text: String) async -> Bool {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(returning: self.read(until: Data(text.utf8))) }
        }
    }

    private func read(until wanted: Data) -> Bool {
        while received.withLock({ $0.range(of: wanted) == nil }) {
            var request = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
            guard poll(&request, 1, 60_000) > 0 else { return false }
            var buffer = [UInt8](repeating: 0, count: 65536)
            let count = readBytes(&buffer)
            guard count > 0 else { return false }
            received.withLock { $0.append(contentsOf: buffer[..<count]) }
        }
        return true
    }

    private func readBytes(_ buffer: inout [UInt8]) -> Int {
        buffer.withUnsafeMutableBytes { Foundation.read(master, $0.baseAddress, $0.count) }
    }

    var localModes: tcflag_t {
        var found = termios()
        return tcgetattr(slave, &found) == 0 ? found.c_lflag : 0
    }
}
