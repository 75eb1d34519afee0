// The main loop: an actor that lives on the terminal's thread and joins tty, program and renderer.

import CNcurses
import POSIX
import TextCells

/// Runs one program on one terminal.
///
///     let inbox = TerminalInbox<Message>()
///     let loop = try TerminalLoop(program: program, inbox: inbox, options: .detect(environment: environment))
///     let exit = try await loop.run()
public actor TerminalLoop<Program: TerminalProgram> {
    private let executor: TerminalExecutor
    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private let inbox: TerminalInbox<Program.Message>
    private let options: TerminalOptions
    private let input: Int32
    private let output: Int32
    private let ownsProcess: Bool

    /// The program's state; to be looked at after `run()`.
    public private(set) var program: Program
    private var renderer: CursesRenderer?
    private var device: DeviceBox?
    private var decoder = InputDecoder()
    private var pacer: FramePacer
    private var timers = TimerQueue()
    private var escapeDeadline: ContinuousClock.Instant?
    private var size = Size(width: 80, height: 24)
    private var exit: TerminalExit?
    private var finished: CheckedContinuation<Void, Never>?
    private var hasMouse = false
    private var frames = 0
    private var deferred = 0
    private var turns = 0

    /// How long a lone ESC is held.
    private static var escapeDelay: Duration { .milliseconds(20) }

    /// - Parameters:
    ///   - inbox: where messages for the program arrive.
    ///   - input, output: descriptors of the tty.
    ///   - ownsProcess: signals, crash guard and standard error are handled here. False only for a terminal inside a test.
    public init(
        program: Program, inbox: TerminalInbox<Program.Message>, options: TerminalOptions, input: Int32 = STDIN_FILENO,
        output: Int32 = STDOUT_FILENO, ownsProcess: Bool = true
    ) throws(TerminalError) {
        executor = try TerminalExecutor()
        self.program = program
        self.inbox = inbox
        self.options = options
        self.input = input
        self.output = output
        self.ownsProcess = ownsProcess
        pacer = FramePacer(interval: options.dataInterval)
    }

    deinit { executor.stop() }

    /// Takes the terminal, runs until the program quits or the terminal goes, and gives it back. To be called once.
    ///
    /// - Throws: `TerminalError` when there is no usable terminal; it is then as it was.
    public func run() async throws(TerminalError) -> TerminalExit {
        size = TerminalDevice.size(of: output)
        pacer = FramePacer(interval: options.dataInterval, bytesPerSecond: TerminalDevice.bytesPerSecond(of: output))
        let renderer = try CursesRenderer(term: options.term, size: size, limit: options.colorDepth, ascii: options.ascii)
        let device = DeviceBox(
            try TerminalDevice(
                input: input, output: output, modes: TerminalModes(renderer), errorLog: options.errorLog, ownsProcess: ownsProcess))
        if ownsProcess, !cnc_signals_install(executor.signalDescriptor) {
            throw .resources("a signal handler", String(cString: strerror(errno)))
        }
        defer { if ownsProcess { cnc_signals_remove(exit == .hangup) } }
        try device.tty.enter()
        self.renderer = renderer
        self.device = device
        if options.mouse { perform(.mouse(true)) }
        inform(.started(size))
        pacer.paintNow()
        let executor = executor
        inbox.connect { executor.wake() }
        executor.attach(self)
        await withCheckedContinuation { finished = $0 }
        executor.attach(nil)
        device.tty.leave()
        return exit ?? .quit
    }

    // MARK: - A turn

    private func take(_ outcome: PollOutcome) {
        guard exit == nil else { return }
        turns += 1
        if ownsProcess { handle(outcome.signals) }
        if outcome.isReadable { readInput() } else if outcome.isHungUp { end(.hangup) }
        let now = ContinuousClock.now
        if let deadline = escapeDeadline, now >= deadline {
            escapeDeadline = nil
            for event in decoder.timeout() { inform(.input(event)) }
        }
        for id in timers.expired(at: now) { inform(.timer(id)) }
        if outcome.isWritable { device?.tty.writer.flush() }
        for message in inbox.take() { inform(.message(message)) }
    }

    private func conclude() -> PollRequest {
        guard exit == nil, let device, let renderer else {
            finished?.resume()
            finished = nil
            return PollRequest()
        }
        var request = PollRequest(readable: input)
        let now = ContinuousClock.now
        if pacer.isDue(at: now) {
            if device.tty.writer.isReady {
                let bytes = renderer.present(program.view(size))
                pacer.painted(bytes.count, at: now)
                device.tty.writer.write(bytes, synchronized: device.tty.modes.isSynchronized)
                frames += 1
                program.painted(
                    FrameReport(duration: ContinuousClock.now - now, bytes: bytes.count, frames: frames, deferred: deferred, turns: turns))
            } else {
                deferred += 1
                // Not writable: nothing is queued; the newest state is painted when it is.
                request.writable = device.tty.writer.descriptor
            }
        }
        if device.tty.writer.hasPending { request.writable = device.tty.writer.descriptor }
        if device.tty.writer.isBroken {
            end(.hangup)
            request.timeout = 0
            return request
        }
        let deadlines = [escapeDeadline, timers.next, request.writable < 0 ? pacer.deadline : nil].compactMap(\.self)
        request.timeout = deadlines.min().map { Self.milliseconds(until: $0, from: now) }
        return request
    }

    private static func milliseconds(until deadline: ContinuousClock.Instant, from now: ContinuousClock.Instant) -> Int32 {
        let left = (deadline - now).components
        guard left.seconds >= 0, left.attoseconds >= 0 else { return 0 }
        // Rounded up, or the thread would spin through the last fraction.
        return Int32(min(left.seconds, 86_400)) * 1000 + Int32(left.attoseconds / 1_000_000_000_000_000) + 1
    }

    private func readInput() {
        var buffer = [UInt8](repeating: 0, count: 4096)
        // A long paste comes in many pieces; after some of them other work gets its turn.
        for _ in 0 ..< 16 {
            let count = read(input, &buffer, buffer.count)
            if count < 0, errno == EINTR || errno == EAGAIN { break }
            guard count > 0 else {
                end(.hangup)
                return
            }
            for event in decoder.decode(buffer[..<count]) { inform(.input(event)) }
            var more = pollfd(fd: input, events: Int16(POLLIN), revents: 0)
            guard exit == nil, poll(&more, 1, 0) > 0, Int32(more.revents) & POLLIN != 0 else { break }
        }
        escapeDeadline = decoder.isWaiting ? ContinuousClock.now + Self.escapeDelay : nil
    }

    // MARK: - Program

    private func inform(_ event: TerminalEvent<Program.Message>) {
        guard exit == nil else { return }
        for request in program.update(event) { perform(request) }
    }

    private func perform(_ request: TerminalRequest) {
        switch request {
        case .paint: pacer.paintNow()
        case .paintSoon: pacer.paintSoon(at: .now)
        case .redraw:
            renderer?.invalidate()
            pacer.paintNow()
        case .timer(let id, let delay): timers.set(id, at: .now + delay)
        case .cancelTimer(let id): timers.cancel(id)
        case .suspend: suspend()
        case .edit(let text, let ending): edit(text, ending)
        case .copy(let text):
            if let bytes = Clipboard.sequence(copying: text) { device?.tty.writer.write(bytes, synchronized: false) }
        case .mouse(let on):
            hasMouse = on
            if let device { device.tty.writer.write(device.tty.modes.mouse(on), synchronized: false) }
        case .bell: device?.tty.writer.write([0x07], synchronized: false)
        case .quit: end(.quit)
        }
    }

    private func end(_ reason: TerminalExit) {
        if exit == nil { exit = reason }
    }

    // MARK: - Signals

    private func handle(_ signals: [Int32]) {
        for signal in signals {
            switch signal {
            case SIGWINCH: resize()
            case SIGTSTP: suspend()
            case SIGCONT: resume()
            case SIGHUP: end(.hangup)
            case SIGTERM, SIGINT:
                cnc_signals_seen()
                end(.signal(signal))
            default: break
            }
        }
    }

    private func resize() {
        let now = TerminalDevice.size(of: output)
        guard now != size else { return }
        size = now
        inform(.resized(size))
        pacer.paintNow()
    }

    /// Restores, stops the process group, and comes back after SIGCONT.
    private func suspend() {
        guard ownsProcess, exit == nil, let device else { return }
        device.tty.leave()
        cnc_stop_group()
        // In an orphaned process group the stop is ignored; then nothing comes and we go on.
        let signals = executor.waitForSignal(SIGCONT, milliseconds: 300)
        cnc_signals_rearm()
        guard takeBack() else { return }
        handle(signals.filter { $0 != SIGCONT && $0 != SIGTSTP })
    }

    /// Restores, lets the editor have the terminal until it ends, and comes back.
    private func edit(_ text: String, _ ending: String) {
        guard exit == nil, let device else { return }
        device.tty.leave()
        if ownsProcess { cnc_signals_remove(false) }
        let edited = ExternalEditor(command: options.editor).edit(text, ending: ending, input: input, output: output)
        if ownsProcess { _ = cnc_signals_install(executor.signalDescriptor) }
        if takeBack() { inform(.edited(edited)) }
    }

    /// Has the terminal again, unless it is gone.
    private func takeBack() -> Bool {
        guard let device else { return false }
        do {
            try device.tty.enter()
        } catch {
            end(.hangup)
            return false
        }
        resume()
        return true
    }

    private func resume() {
        guard let device else { return }
        device.tty.reassertModes()
        if hasMouse { device.tty.writer.write(device.tty.modes.mouse(true), synchronized: false) }
        renderer?.invalidate()
        size = TerminalDevice.size(of: output)
        inform(.resumed(size))
        pacer.paintNow()
    }
}

/// A place for the device, which cannot be copied, in an actor.
private final class DeviceBox {
    var tty: TerminalDevice

    init(_ tty: consuming TerminalDevice) { self.tty = tty }
}

extension TerminalLoop: TerminalTurn {
    // The executor calls these on the actor's own thread, between jobs.
    nonisolated func receive(_ outcome: PollOutcome) { assumeIsolated { $0.take(outcome) } }

    nonisolated func settle() -> PollRequest { assumeIsolated { $0.conclude() } }
}
