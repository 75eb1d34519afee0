// Colours, clipboard, pacing and the frame writer.

import Foundation
import Testing

@testable import Terminal

@Suite struct DeviceTests {
    @Test(arguments: [
        (Color.rgb(255, 0, 0), ColorDepth.palette256, 196), (.rgb(255, 0, 0), .sixteen, 9), (.rgb(255, 0, 0), .eight, 1),
        (.rgb(255, 0, 0), .mono, -1),
        (.rgb(255, 0, 0), .direct, 0xFF0000), (.rgb(95, 175, 215), .palette256, 74), (.rgb(138, 138, 138), .palette256, 245),
        (.palette(12), .eight, 4), (.palette(3), .palette256, 3), (.standard, .direct, -1),
    ])
    func coloursFitTheDepth(_ color: Color, _ depth: ColorDepth, _ number: Int) {
        #expect(depth.number(color) == number)
    }

    @Test func theEnvironmentLimitsColour() {
        #expect(ColorDepth.limit(environment: [:]) == nil)
        #expect(ColorDepth.limit(environment: ["NO_COLOR": "1"]) == .mono)
        #expect(ColorDepth.limit(environment: ["NO_COLOR": ""]) == nil)
        #expect(ColorDepth.limit(environment: ["CLICOLOR": "0"]) == .mono)
        #expect(ColorDepth.limit(environment: ["NO_COLOR": "1", "CLICOLOR_FORCE": "1"]) == nil)
    }

    @Test(arguments: ["", "f", "fo", "foo", "foob", "fooba", "foobar", "mizzen ✓"])
    func base64IsThatOfTheRFC(_ text: String) {
        #expect(String(decoding: Clipboard.base64(Array(text.utf8)), as: UTF8.self) == Data(text.utf8).base64EncodedString())
    }

    @Test func tooMuchIsNotCopied() throws {
        #expect(try #require(Clipboard.sequence(copying: "a")) == Array("\u{1B}]52;c;YQ==\u{7}".utf8))
        #expect(Clipboard.sequence(copying: String(repeating: "x", count: 60_000)) == nil)
    }

    @Test func keysPaintAtOnceAndDataSeldom() {
        let start = ContinuousClock.now
        var pacer = FramePacer(interval: .milliseconds(100))
        #expect(!pacer.isDue(at: start))
        pacer.paintSoon(at: start)
        #expect(pacer.isDue(at: start))
        pacer.painted(5000, at: start)
        #expect(!pacer.isDue(at: start + .seconds(9)))
        pacer.paintSoon(at: start + .milliseconds(10))
        pacer.paintSoon(at: start + .milliseconds(90))
        #expect(!pacer.isDue(at: start + .milliseconds(99)))
        #expect(pacer.isDue(at: start + .milliseconds(100)))
        pacer.paintNow()
        #expect(pacer.isDue(at: start + .milliseconds(20)))
    }

    /// At 960 bytes a second: the first key at once, those that follow when the line is free, all of them in one frame.
    @Test func aSlowLineGetsTheNextFrameWhenTheOneBeforeIsThrough() {
        let start = ContinuousClock.now
        var pacer = FramePacer(interval: .milliseconds(100), bytesPerSecond: 960)
        pacer.paintNow()
        #expect(pacer.isDue(at: start))
        pacer.painted(960, at: start)
        pacer.paintNow()
        pacer.paintSoon(at: start + .milliseconds(1))
        #expect(!pacer.isDue(at: start + .milliseconds(900)))
        #expect(pacer.isDue(at: start + .seconds(1)) && pacer.deadline == start + .seconds(1))
        pacer.painted(96, at: start + .seconds(5))
        pacer.paintNow()
        #expect(!pacer.isDue(at: start + .milliseconds(5050)) && pacer.isDue(at: start + .milliseconds(5100)))
    }

    @Test func timersRunOffInOrderAndOnce() {
        let start = ContinuousClock.now
        var timers = TimerQueue()
        timers.set(1, at: start + .seconds(2))
        timers.set(2, at: start + .seconds(1))
        timers.set(3, at: start + .seconds(9))
        timers.cancel(3)
        #expect(timers.next == start + .seconds(1))
        #expect(timers.expired(at: start).isEmpty)
        #expect(timers.expired(at: start + .seconds(3)) == [2, 1])
        #expect(timers.next == nil)
    }

    @Test func aFrameIsOnePieceInsideASynchronizedUpdate() throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        defer { for end in ends { close(end) } }
        var writer = FrameWriter(fd: ends[1])
        let wasReady = writer.isReady
        #expect(wasReady)
        writer.write(Array("frame".utf8), synchronized: true)
        var buffer = [UInt8](repeating: 0, count: 100)
        let count = read(ends[0], &buffer, 100)
        #expect(String(decoding: buffer[..<count], as: UTF8.self) == "\u{1B}[?2026hframe\u{1B}[?2026l")
        writer.write([], synchronized: true)
        let written = writer.written
        #expect(written == 21)
    }

    @Test func aReaderThatStallsIsNotWaitedFor() throws {
        let terminal = try PseudoTerminal()
        var writer = FrameWriter(fd: terminal.slave)
        // More than any tty takes at once.
        writer.write([UInt8](repeating: 0x61, count: 1 << 20), synchronized: false)
        let state = (hasPending: writer.hasPending, isReady: writer.isReady, isBroken: writer.isBroken, written: writer.written)
        #expect(state.hasPending && !state.isReady && !state.isBroken)
        #expect(state.written < 1 << 20)
    }

    @Test func aReaderThatIsGoneIsNoticed() throws {
        let terminal = try PseudoTerminal()
        var writer = FrameWriter(fd: terminal.slave)
        terminal.hangUp()
        writer.write(Array("x".utf8), synchronized: false)
        let isBroken = writer.isBroken
        #expect(isBroken)
    }

    @Test func simpleTerminalsGetNoPrivateModes() {
        let simple = TerminalModes(term: "vt100", enterScreen: [], leaveScreen: [], hideCursor: [], showCursor: [], plain: [1], place: [])
        #expect(simple.enter.isEmpty && simple.reset == [1] && !simple.isSynchronized)
        let full = TerminalModes(
            term: "xterm", enterScreen: [1], leaveScreen: [2], hideCursor: [3], showCursor: [4], plain: [5],
            place: Array("\u{1B}[%d;%dH".utf8))
        #expect(full.reset.suffix(3) == [5, 2, 4] && full.isSynchronized)
    }

    @Test func withoutASecondScreenTheShellGoesOnBelowThePicture() {
        let modes = TerminalModes(
            term: "vt100", enterScreen: [], leaveScreen: [], hideCursor: [], showCursor: [], plain: [1], place: Array("\u{1B}[%d;%dH".utf8))
        #expect(modes.reset == [1] + Array("\u{1B}[999;1H\r\n".utf8))
    }
}
