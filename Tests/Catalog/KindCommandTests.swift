import CommandLine
import Engine
import Foundation
import Testing

@testable import Catalog

/// A kind that is declared in this target alone, on the command line.
struct KindCommandTests {
    @Test func verbsListAndShow() async throws {
        let harbour = try Harbour()
        let first = try await harbour.open("North", depth: 7, fee: 1250)
        #expect(first > 0)
        let second = await harbour.run("berth", "open", "--name", "South", "--depth", "4")
        #expect(second.status == .ok && second.output.hasPrefix("New berth "), "\(second.complaint)")
        #expect(await harbour.run("berth", "deepen", "North", "--by", "2").output == "berth \(first): deepen done\n")
        #expect(try await harbour.names() == ["South", "North"], "newest first")
        let shown = try await harbour.json("berth", "show", String(first)) as? [String: Any]
        #expect(shown?["id"] as? Int64 == first && shown?["name"] as? String == "North" && shown?["depth"] as? Int == 9)
        #expect((shown?["fee"] as? [String: Any])?["amount"] as? Int == 1250 && shown?["open"] as? Bool == true)
        let page = await harbour.run("berth", "show", "North")
        #expect(page.output.contains("12.50 EUR") && page.output.contains("North is opened") && page.output.contains("deeper by 2 m"))
        #expect(await harbour.run("berth", "list", "-o", "csv").output.contains("12.50 EUR"))
    }

    @Test func whatIsRefusedIsSaid() async throws {
        let harbour = try Harbour()
        let id = try await harbour.open("North", depth: 7)
        #expect(await harbour.run("berth", "show", "West").status == .notFound)
        #expect(await harbour.run("berth", "close", "77").status == .notFound, "no key makes a new one")
        #expect(await harbour.run("berth", "open", "--name", "East").status == .usage, "the depth is missing")
        #expect(await harbour.run("berth", "open", "--name", "East", "--depth", "deep").status == .usage)
        #expect(await harbour.run("berth", "deepen", "North", "--by", "9").complaint.contains("one of 1, 2"))
        #expect(await harbour.run("berth", "open", "--name", "North", "--depth", "1").status == .conflict, "the name is taken")
        #expect(await harbour.run("berth", "close", String(id), "--read-only").status == .refused)
        #expect(await harbour.run("berth", "close", String(id)).status == .ok)
        #expect(await harbour.run("berth", "close", String(id)).status == .conflict)
        #expect(await harbour.run("berth", "fill", "North").status == .ok)
        #expect(try await harbour.names().isEmpty)
    }

    @Test func filterOrderAndPages() async throws {
        let harbour = try Harbour()
        var ids: [Int64] = []
        for (name, depth) in [("A", 3), ("B", 9), ("C", 5), ("D", 12)] {
            ids.append(try await harbour.open(name, depth: depth, fee: depth * 100))
        }
        #expect(try await harbour.names("--filter", "depth>=5") == ["D", "C", "B"])
        #expect(try await harbour.names("--filter", "depth<5") == ["A"])
        #expect(try await harbour.names("--filter", "depth>3 depth<=9 !name=C") == ["B"])
        #expect(try await harbour.names("--filter", "name=C") == ["C"])
        #expect(try await harbour.names("--filter", "fee>=9.00") == ["D", "B"])
        #expect(try await harbour.names("--filter", "opened:since:1h").count == 4)
        #expect(try await harbour.names("--filter", "open:yes name:d") == ["D"])
        #expect(try await harbour.names("--sort", "depth") == ["A", "C", "B", "D"])
        #expect(try await harbour.names("--sort", "depth", "--limit", "2", "--after", String(ids[0])) == ["C", "B"])
        #expect(try await harbour.names("--limit", "2", "--after", String(ids[2])) == ["B", "A"])
        let page = await harbour.run("berth", "list", "--limit", "2").output
        #expect(page.hasPrefix("There are more: --after \(ids[2]) continues\n"), "\(page)")
        let filtered = await harbour.run("berth", "list", "--filter", "name:d").output
        #expect(filtered.hasPrefix("The filter was compared with every row: "), "\(filtered)")
        #expect(!(await harbour.run("berth", "list", "--filter", "depth>=5").output.contains("every row")))
        #expect(await harbour.run("berth", "list", "--sort", "open", "--after", "7").status == .usage)
    }

    @Test func manyAtOnce() async throws {
        let harbour = try Harbour()
        for (name, depth) in [("A", 3), ("B", 9), ("C", 5)] { _ = try await harbour.open(name, depth: depth) }
        let outcome = await harbour.run("each", "berth close", "--filter", "depth>4")
        #expect(outcome.output.contains("done to 2"), "\(outcome.output)\(outcome.complaint)")
        #expect(try await harbour.names("--filter", "open:no") == ["C", "B"])
    }

    /// What is written by hand wins, and kinds without commands are listed and shown.
    @Test func theProductsOwnCommandsStay() {
        let registry = CommandRegistry.standard
        #expect(registry.command("calendar.show")?.parameters.isEmpty == true)
        #expect(registry.commands.count { $0.words == ["calendar", "add"] } == 1)
        #expect(registry.command("calendar.list") != nil && registry.command("rules.list") != nil)
        #expect(Set(registry.commands.map(\.id)).count == registry.commands.count, "every id once")
    }
}
