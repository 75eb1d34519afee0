import Catalog
import Engine
import Foundation
import Terminal

/// Runs the console line by line on standard input and output until the person leaves or the input ends.
public func runLinearConsole(
    house: House, registry: CommandRegistry = .console, options: ConsoleOptions
) async -> Int32 {
    var runner = EffectRunner(
        house: house, isReadOnly: options.isReadOnly, registry: registry, inbox: TerminalInbox())
    runner.take(options)
    runner.keepCompany()
    defer { runner.store.leave() }
    var console = LinearConsole(firstState(house.session, registry, options), runner, clock: { TableClock.system.now })
    let (events, happen) = AsyncStream.makeStream(of: LinearEvent.self)
    // Reading waits for a person; it must not keep a thread of the pool.
    Thread.detachNewThread {
        while let line = readLine(strippingNewline: true) { happen.yield(.line(line)) }
        happen.yield(.end)
    }
    let watch = Task.detached {
        for await _ in house.session.changes() {
            // What comes together is told together.
            do { try await Task.sleep(for: .milliseconds(300)) } catch { return }
            happen.yield(.changed)
        }
    }
    defer { watch.cancel() }
    say(await console.begin(), console)
    for await event in events {
        switch event {
        case .line(let line): say(await console.take(line), console)
        case .changed:
            let lines = await console.changed()
            if !lines.isEmpty { say([""] + lines, console) }
        case .due: say(await console.due(), console)
        case .end:
            await conclude(console.state, runner, options)
            return 0
        }
        if let seconds = console.waiting {
            Task.detached {
                try? await Task.sleep(for: .seconds(seconds))
                happen.yield(.due)
            }
        }
        if console.isOver { break }
    }
    await conclude(console.state, runner, options)
    return 0
}

private enum LinearEvent: Sendable {
    case line(String), changed, due, end
}

private func say(_ lines: [String], _ console: LinearConsole) {
    let text = lines.map { $0 + "\n" }.joined() + (console.isOver ? "" : console.prompt)
    FileHandle.standardOutput.write(Data(text.utf8))
}
