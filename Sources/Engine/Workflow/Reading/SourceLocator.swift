import XMLTree

/// Finds attribute values and contents in the text a document was parsed from. The tree knows where elements start; for queries
/// the place of the text itself is worth more.
struct SourceLocator {
    private let bytes: [UInt8]
    /// Offset of the first byte of each line.
    private let lineStarts: [Int]
    /// Code points before each block of bytes: a whole file may stand in one line.
    private let countBefore: [Int]
    private static let block = 1024

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        var starts = [0], counts: [Int] = [], count = 0
        for (offset, byte) in bytes.enumerated() {
            if offset % Self.block == 0 { counts.append(count) }
            if byte & 0xC0 != 0x80 { count += 1 }
            if byte == 10 { starts.append(offset + 1) }
        }
        lineStarts = starts
        countBefore = counts
    }

    /// Code points before an offset.
    private func codePoints(before offset: Int) -> Int {
        let block = min(offset / Self.block, countBefore.count - 1)
        guard block >= 0 else { return 0 }
        return countBefore[block] + bytes[(block * Self.block) ..< offset].count { $0 & 0xC0 != 0x80 }
    }

    /// The mark of the first character of an attribute's value; the element's own when it cannot be found (other encodings).
    func value(of attribute: String, in node: XMLNode) -> SourceMark {
        guard let position = node.position, var at = offset(of: position) else { return SourceMark(node.position) }
        let name = Array(attribute.utf8)
        while at < bytes.count, bytes[at] != 62 {
            if bytes[at] == 34 || bytes[at] == 39 {
                // A value: what stands before its '=' is its name.
                let start = at + 1
                guard let end = bytes[start...].firstIndex(of: bytes[at]) else { break }
                let before = bytes[..<at].lastIndex { !Self.isSpace($0) && $0 != 61 } ?? at
                let nameStart = before + 1 - name.count
                if nameStart > 0, bytes[nameStart ... before].elementsEqual(name), Self.isSpace(bytes[nameStart - 1]) {
                    return mark(of: start)
                }
                at = end
            }
            at += 1
        }
        return SourceMark(node.position)
    }

    /// The mark of the first character behind the start tag that is no white space.
    func content(of node: XMLNode) -> SourceMark {
        guard let position = node.position, var at = offset(of: position) else { return SourceMark(node.position) }
        while at < bytes.count, bytes[at] != 62 {
            if bytes[at] == 34 || bytes[at] == 39 { at = bytes[(at + 1)...].firstIndex(of: bytes[at]) ?? bytes.count }
            at += 1
        }
        at += 1
        while at < bytes.count, Self.isSpace(bytes[at]) { at += 1 }
        return at < bytes.count ? mark(of: at) : SourceMark(node.position)
    }

    private func offset(of position: SourcePosition) -> Int? {
        guard position.line >= 1, position.line <= lineStarts.count, !bytes.isEmpty else { return nil }
        let wanted = codePoints(before: lineStarts[position.line - 1]) + position.column - 1
        var at = max(0, last(of: countBefore, upTo: wanted)) * Self.block, count = codePoints(before: at)
        while at < bytes.count, count < wanted || bytes[at] & 0xC0 == 0x80 {
            if bytes[at] & 0xC0 != 0x80 { count += 1 }
            at += 1
        }
        return at < bytes.count && bytes[at] == 60 ? at : nil
    }

    /// Index of the last element that is at most `value` in an ascending list.
    private func last(of list: [Int], upTo value: Int) -> Int {
        var low = 0, high = list.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if list[middle] <= value { low = middle } else { high = middle }
        }
        return low
    }

    private func mark(of offset: Int) -> SourceMark {
        let line = last(of: lineStarts, upTo: offset)
        return SourceMark(SourcePosition(line: line + 1, column: codePoints(before: offset) - codePoints(before: lineStarts[line]) + 1))
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 32 || (9 ... 13).contains(byte) }
}
