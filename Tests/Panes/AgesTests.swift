// When ages are counted anew.

import Platform
import StoreSupport
import Synchronization
import Terminal
import Testing

@testable import Engine
@testable import Panes
@testable import TextCells

@Suite struct AgesTests {
    @Test func aKeyIsAnsweredWithoutTellingEveryAgeAnew() async throws {
        try await withEngine { engine in
            let clock = MovingClock()
            let runner = EffectRunner(house: engine.house, registry: .console, inbox: TerminalInbox())
            var program = ConsoleProgram(
                state: Fixture.state(), context: DrawingContext(), runner: runner, clock: { clock.now.withLock { $0 } })
            let size = Size(width: 80, height: 24)
            _ = program.update(.resumed(size))
            let before = program.view(size).text
            clock.now.withLock { $0 += 3000 }
            let requests = program.update(.input(.key(.character("j"))))
            #expect(program.view(size).text == before, "the cursor is colour; no age has moved")
            let later = requests.compactMap { if case .timer(let id, .milliseconds(200)) = $0 { id } else { nil } }
            #expect(later.count == 1, "they follow")
            _ = program.update(.timer(try #require(later.first)))
            #expect(program.view(size).text != before)
        }
    }
}

private final class MovingClock: Sendable {
    let now = Mutex(Fixture.now)
}
