import Testing
import Workflow

@testable import Catalog

/// What can be done with a row is decided on how it stands, whatever its cells say.
struct AvailabilityTests {
    private func availability(_ id: String, _ state: RowState?, status: String = "anything") throws -> Availability {
        let spec = try #require(CommandRegistry.standard.command(id))
        return spec.availability(CommandSubject(["item": .text("7:A"), "case": .integer(7), "status": .text(status)], state: state))
    }

    @Test func itemsByTheirStatus() throws {
        let ready: [String: Set<ItemStatus>] = [
            "item.start": [.enabled, .fired], "item.complete": [.executing], "item.skip": [.enabled], "item.rollback": [.executing],
            "item.suspend": [.enabled, .fired, .executing], "item.unsuspend": [.suspended], "item.restart": [.executing, .suspended],
            "item.fail": [.executing], "item.cancel": [.enabled, .fired, .executing, .suspended],
        ]
        for (id, statuses) in ready {
            for status in ItemStatus.allCases {
                #expect((try availability(id, .item(status)) == .ready) == statuses.contains(status), "\(id) \(status)")
            }
        }
    }

    @Test func casesByTheirStatus() throws {
        let ready: [String: Set<CaseStatus>] = [
            "case.cancel": [.running, .suspending, .suspended], "case.suspend": [.running], "case.resume": [.suspending, .suspended],
            "case.raise": [.running, .suspending, .suspended],
        ]
        for (id, statuses) in ready {
            for status in CaseStatus.allCases {
                #expect((try availability(id, .ofCase(status)) == .ready) == statuses.contains(status), "\(id) \(status)")
            }
        }
    }

    @Test func theTextOfACellDecidesNothing() throws {
        #expect(try availability("item.start", .item(.executing), status: "Enabled") != .ready)
        #expect(try availability("item.start", .item(.enabled), status: "Executing") == .ready)
        #expect(try availability("case.suspend", .ofCase(.running), status: "suspended") == .ready)
        #expect(try availability("case.cancel", .ofCase(.completed), status: "running") != .ready)
    }

    /// A page that was opened a while ago does not know how things stand; the engine does.
    @Test func whatIsNotKnownIsTried() throws {
        #expect(try availability("item.start", nil) == .ready && availability("case.resume", nil) == .ready)
        let start = try #require(CommandRegistry.standard.command("item.start"))
        #expect(start.availability(CommandSubject()) == .disabled("no item is selected"))
    }
}
