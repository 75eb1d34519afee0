// Bracketed paste: everything between `ESC [ 200 ~` and `ESC [ 201 ~` is text, whatever it looks like.

extension InputDecoder {
    private static let pasteEnd: [UInt8] = [0x1B, 0x5B, 0x32, 0x30, 0x31, 0x7E]

    mutating func paste(_ byte: UInt8, _ events: inout [InputEvent]) {
        if byte == Self.pasteEnd[sequence.count] {
            sequence.append(byte)
            guard sequence.count == Self.pasteEnd.count else { return }
            events.append(.paste(String(decoding: pasted, as: UTF8.self)))
            pasted = []
            finish()
            return
        }
        // Not the end after all: what looked like its beginning is text.
        keep(sequence)
        sequence.removeAll(keepingCapacity: true)
        if byte == Self.pasteEnd[0] {
            sequence.append(byte)
        } else {
            keep([byte])
        }
    }

    private mutating func keep(_ bytes: [UInt8]) {
        guard pasted.count + bytes.count <= Self.longestPaste else { return }
        pasted += bytes
    }
}
