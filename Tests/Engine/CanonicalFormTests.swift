@testable import Engine
import Foundation
import Support
import Testing
import Workflow
import XMLTree

/// How values are written down: as JSON anybody reads, equal values with equal bytes.
@Suite struct CanonicalFormTests {
    fileprivate struct Parcel: Codable, Equatable {
        enum Content: Codable, Equatable { case empty, letter(String), box(width: Int, goods: [String: Int64]) }

        var weight: Double?
        var name: String
        var isSealed: Bool
        var contents: [Content]
        var marks: [UInt8]
        var nested: [[String: [Int]]]
        var small: SmallDictionary<String, Int>
    }

    private func text(_ value: some Encodable) throws -> String { String(decoding: try CanonicalEncoder.encode(value), as: UTF8.self) }

    @Test func keysStandInOrderOfTheirBytes() throws {
        let parcel = Parcel(
            weight: 1.5, name: "a\"b\\c\n\u{1}é🙂", isSealed: true,
            contents: [.empty, .letter("/"), .box(width: -3, goods: ["z": 1, "a": .max, "aa": 0])],
            marks: [0, 255], nested: [[:], ["k": []]], small: ["zz": 1, "b": 2, "a": 3])
        #expect(
            try text(parcel)
                == #"{"contents":[{"empty":{}},{"letter":{"_0":"/"}},{"box":{"goods":{"a":9223372036854775807,"aa":0,"z":1},"width":-3}}],"#
                + #""isSealed":true,"marks":[0,255],"name":"a\"b\\c\u000a\u0001é🙂","nested":[{},{"k":[]}],"#
                + #""small":{"a":3,"b":2,"zz":1},"weight":1.5}"#
        )
        #expect(try JSONDecoder().decode(Parcel.self, from: Data(CanonicalEncoder.encode(parcel))) == parcel)
    }

    @Test func whatHasNoFormIsRefused() {
        #expect(throws: EncodingError.self) { try CanonicalEncoder.encode([Double.nan]) }
        #expect(throws: EncodingError.self) { try CanonicalEncoder.encode(["a": -Float.infinity]) }
    }

    @Test(arguments: ["", "plain", "\u{7f}\u{0}\u{1f}", "\u{2028}", "\"", String(repeating: "\\", count: 300)]) func textsComeBack(
        _ text: String
    ) throws {
        #expect(try JSONDecoder().decode([String: String].self, from: Data(CanonicalEncoder.encode([text: text]))) == [text: text])
    }

    /// What is put together by hand says byte for byte what the encoder says: cases and events of nets of all kinds, with data and timers.
    @Test func casesAndEventsByHandAreTheSame() throws {
        let seed = ProcessInfo.processInfo.environment["MIZZEN_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: 0 ..< 1 << 32)
        print("stored forms of cases: MIZZEN_SEED=\(seed)")
        var random = SeededRandom(seed)
        var kinds: Set<String> = []
        let timed = YAWLText.set(
            "timed",
            YAWLText.net(
                locals: [YAWLText.local("n", initial: "ä\\ \"\n&lt;")], start: "A",
                YAWLText.task(
                    "A", to: ["B-b"], starting: [("<n>{/Net/n/text()}</n>", "n")], completed: [("<n>{/Ask/n/text()}</n>", "n")],
                    extra: "<timer><trigger>OnEnabled</trigger><duration>PT1H</duration></timer>", does: "Ask"),
                YAWLText.task(
                    "B-b", to: ["o"], extra: "<timer><trigger>OnExecuting</trigger><duration>PT1H</duration></timer>", does: "Ask")),
            YAWLText.gateway("Ask", inputs: [YAWLText.input("n")], outputs: [YAWLText.output("n")]))
        for text in [timed] + (0 ..< 60).map({ _ in RandomNet(seed: random.next()).text }) {
            guard let model = try SpecificationReader.read(Array(text.utf8), file: "net").first,
                let net = try? ExecutableSpecification(model)
            else { continue }
            var state: CaseState?, now: Int64 = 0
            var command = CaseCommand.launch(CaseID("1"), parameters: nil)
            for _ in 0 ..< 30 {
                now += 1
                if let step = try? net.step(state, command, in: StepContext(now: now, actor: "\"ann\"")) {
                    for event in step.events.map(\.event) {
                        kinds.insert(event.kind)
                        #expect(try CanonicalText.of(event) == CanonicalEncoder.encode(event))
                    }
                    #expect(try CanonicalText.of(step.state) == CanonicalEncoder.encode(step.state))
                    state = step.state
                }
                guard let item = state?.items.values.map(\.id).sorted().randomElement(using: &random) else { break }
                command = random.pick([
                    .start(item), .complete(item, output: nil), .start(item), .complete(item, output: nil), .skip(item), .rollback(item),
                    .expire(item),
                    .suspendItem(item), .unsuspendItem(item), .postponeExpiry(item, reason: "\"no\""), .suspend, .resume,
                ])
            }
        }
        #expect(
            kinds.isSuperset(of: ["caseStarted", "netStarted", "tokenAdded", "itemEnabled", "timerStarted", "taskFired", "itemFired"]),
            "\(kinds)")
    }

    /// Values of any shape: what is read back is what was written, and what Foundation would have written says the same.
    @Test func anyValueComesBack() throws {
        let seed = ProcessInfo.processInfo.environment["MIZZEN_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: 0 ..< 1 << 32)
        print("stored forms: MIZZEN_SEED=\(seed)")
        var random = SeededRandom(seed)
        for _ in 0 ..< 500 {
            let parcel = Parcel.random(&random)
            let bytes = try CanonicalEncoder.encode(parcel)
            #expect(try JSONDecoder().decode(Parcel.self, from: Data(bytes)) == parcel)
            let foundations = try JSONSerialization.jsonObject(with: JSONEncoder().encode(parcel)) as? NSDictionary
            #expect(try JSONSerialization.jsonObject(with: Data(bytes)) as? NSDictionary == foundations)
        }
    }
}

extension CanonicalFormTests.Parcel {
    fileprivate static func random(_ random: inout SeededRandom) -> Self {
        func word(_ random: inout SeededRandom) -> String {
            String((0 ..< random.roll(6)).map { _ in random.pick(["a", "B", "\"", "\\", "\n", "ö", "\u{1f600}", " ", "/"]) }.joined())
        }
        let contents: [Content] = (0 ..< random.roll(4)).map { _ in
            switch random.roll(3) {
            case 0: return .empty
            case 1: return .letter(word(&random))
            default:
                return .box(
                    width: random.roll(1000) - 500,
                    goods: Dictionary((0 ..< random.roll(5)).map { _ in (word(&random), Int64(random.roll(1 << 40))) }) { a, _ in a })
            }
        }
        return Self(
            weight: random.roll(2) == 0 ? nil : Double(random.roll(1_000_000)) / 64, name: word(&random), isSealed: random.roll(2) == 0,
            contents: contents,
            marks: (0 ..< random.roll(5)).map { _ in UInt8(random.roll(256)) },
            nested: (0 ..< random.roll(3)).map { _ in [word(&random): [random.roll(9)]] },
            small: SmallDictionary((0 ..< random.roll(5)).map { _ in (word(&random), random.roll(100)) }))
    }
}
