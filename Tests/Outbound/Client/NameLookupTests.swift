import Testing
@testable import Outbound

/// Who looks a name up and who waits, without a network.
@Suite struct NameLookupTests {
    private let lookups = NameLookups()

    private func transfer(_ url: String, connect: Int64 = 1000) throws -> Transfer {
        let transfer = try Transfer(
            to: url, over: "http", receiver: CollectingReceiver(limit: 0), isRepeatable: true, timeouts: (5000, connect))
        _ = transfer.begin(at: 100, lookups)
        return transfer
    }

    @Test func oneLooksUpAndTheOthersGoOnWhenItHasAnAddress() throws {
        let first = try transfer("http://user@h:1/a"), second = try transfer("http://H:1/b?c"), other = try transfer("http://h:2/")
        #expect(lookups.mayStart(first) && lookups.mayStart(first) && !lookups.mayStart(second) && lookups.mayStart(other))
        lookups.wait(second)
        lookups.hasAddress(second)
        #expect(lookups.takeReady().isEmpty && lookups.deadline == 1100)
        lookups.hasAddress(first)
        #expect(lookups.takeReady().map(ObjectIdentifier.init) == [ObjectIdentifier(second)] && lookups.deadline == nil)
        #expect(lookups.mayStart(second))
    }

    @Test func whoComesAfterTheAnswerWaitsForNothing() throws {
        let first = try transfer("http://h/"), second = try transfer("http://h/")
        #expect(lookups.mayStart(first) && !lookups.mayStart(second))
        #expect(lookups.hasEnded(first, isNameless: false, at: 150).isEmpty)
        lookups.wait(second)
        #expect(lookups.takeReady().count == 1)
    }

    @Test func aNameThatIsNoneIsNoneForAll() throws {
        let first = try transfer("http://h/"), second = try transfer("http://h/")
        _ = lookups.mayStart(first)
        lookups.wait(second)
        #expect(lookups.hasEnded(second, isNameless: true, at: 150).isEmpty)
        #expect(lookups.hasEnded(first, isNameless: true, at: 150).count == 1 && lookups.takeReady().isEmpty)
    }

    @Test func afterALookupWithoutAnAnswerOnlyWhoHasTimeTriesAgain() throws {
        let first = try transfer("http://h/"), second = try transfer("http://h/"), third = try transfer("http://h/", connect: 2000)
        _ = lookups.mayStart(first)
        lookups.wait(second)
        lookups.wait(third)
        #expect(lookups.hasEnded(first, isNameless: false, at: 1099).map(ObjectIdentifier.init) == [ObjectIdentifier(second)])
        #expect(lookups.takeReady().map(ObjectIdentifier.init) == [ObjectIdentifier(third)])
    }

    @Test func whoWaitsInVainIsTakenOut() throws {
        let first = try transfer("http://h/"), second = try transfer("http://h/", connect: 10), third = try transfer("http://h/")
        _ = lookups.mayStart(first)
        lookups.wait(second)
        lookups.wait(third)
        #expect(lookups.deadline == 110)
        #expect(lookups.takeOut { $0.connectDeadline <= 110 }.map(ObjectIdentifier.init) == [ObjectIdentifier(second)])
        #expect(lookups.deadline == 1100)
    }
}
