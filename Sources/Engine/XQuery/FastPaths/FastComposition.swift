import XMLTree

/// `<order><id>{/Net/id/text()}</id><lines>{count(/Net/list/line)}</lines>{/Net/total}</order>`: elements within elements, filled
/// from plain paths, their count and their sum.
final class FastComposition: FastPath {
    indirect enum Part: Sendable {
        case text(String)
        case element(XMLName, [Part])
        case texts(ChildPath)
        case elements(ChildPath)
        case count(ChildPath)
        case sum(ChildPath)
    }

    private let root: Part

    /// nil when something in the constructor is of another kind.
    init?(_ constructor: ElementConstructor) {
        guard let root = Self.part(constructor) else { return nil }
        self.root = root
    }

    private static func part(_ expression: any Expression) -> Part? {
        switch expression {
        case let constructor as ElementConstructor:
            guard let name = constructor.plainName else { return nil }
            var parts: [Part] = []
            for piece in constructor.content {
                switch piece {
                case .text(let text): parts.append(.text(text))
                case .expression(let inner):
                    guard let part = part(inner) else { return nil }
                    parts.append(part)
                }
            }
            return .element(name, parts)
        case let path as PathExpression:
            guard let path = path.fromRoot else { return nil }
            switch path.tests.last?.kind {
            case .text: return .texts(path)
            case .named, .element: return .elements(path)
            default: return nil
            }
        case let counting as Counting where counting.kind == .count:
            return (counting.operand as? PathExpression)?.fromRoot.map { .count($0) }
        case let call as BuiltinCall where call.function.name == "sum" && call.arguments.count == 1:
            return (call.arguments[0] as? PathExpression)?.fromRoot.map { .sum($0) }
        default: return nil
        }
    }

    var description: String { "elements of paths" }

    func element(over input: QueryInput, _ limits: QueryLimits) -> XMLDocument? { document(input, limits)?.withoutBoundarySpace() }
    func string(over input: QueryInput, _ limits: QueryLimits) -> String? { document(input, limits)?.serialized() }

    private func document(_ input: QueryInput, _ limits: QueryLimits) -> XMLDocument? {
        var work = Work(input: input)
        guard work.add(root), limits.allow(seen: work.seen, copied: work.builder.nodeCount, bytes: work.builder.textBytes) else {
            return nil
        }
        return work.builder.finish()
    }

    /// One answer in the making.
    private struct Work {
        let input: QueryInput
        var builder = XMLBuilder()
        var seen = 0

        /// `false` when the general evaluation has to answer. Recurs as deep as the query is nested, which compiling has bounded.
        mutating func add(_ part: Part) -> Bool {
            switch part {
            case .text(let text):
                builder.text(text)
                return true
            case .element(let name, let parts):
                builder.startElement(name)
                for part in parts { guard add(part) else { return false } }
                builder.endElement()
                return true
            case .texts(let path): return walk(path) { $2.appendText(of: $1, in: $0) }
            case .elements(let path):
                var isPlain = true
                let walked = walk(path) { arena, index, builder in
                    if !arena.namespaces.isEmpty { isPlain = false }
                    builder.copy(arena, siblings: index ..< arena.end(of: index))
                }
                return walked && isPlain
            case .count(let path):
                var count = 0
                guard walk(path, { _, _, _ in count += 1 }) else { return false }
                builder.text(String(count))
                return true
            case .sum(let path):
                var sum: Double?, isPlain = true, nodes = 0
                let walked = walk(path) { arena, index, _ in
                    nodes += arena.end(of: index) - index + 1
                    guard let text = arena.onlyText(of: index), let value = Casting.plainDouble(text) else {
                        isPlain = false
                        return
                    }
                    sum = if let before = sum { before + value } else { value }
                }
                seen += nodes
                guard walked, isPlain else { return false }
                builder.text(sum.map { format($0) } ?? "0")
                return true
            }
        }

        private mutating func walk(_ path: ChildPath, _ found: (XMLArena, Int, inout XMLBuilder) -> Void) -> Bool {
            guard let seen = path.walk(input, { found($0, $1, &builder) }) else { return false }
            self.seen += seen
            return true
        }
    }
}

extension ElementConstructor {
    /// The name of an element without attributes, declarations and namespace.
    var plainName: XMLName? {
        guard case .fixed(let name) = name, name.namespace.isEmpty, name.prefix.isEmpty, namespaces.isEmpty, attributes.isEmpty else {
            return nil
        }
        return name
    }
}
