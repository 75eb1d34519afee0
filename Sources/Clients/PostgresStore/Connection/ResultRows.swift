import CPostgres

/// What a statement gave, in binary form. The server's answer is kept as it came and decoded where it is read.
final class ResultRows: Sendable {
    // A result is never changed after it has come, and libpq reads it from any thread.
    private nonisolated(unsafe) let result: OpaquePointer
    let count: Int
    /// Rows inserted, changed or deleted.
    let affected: Int

    /// Takes the result over.
    init(_ result: OpaquePointer) {
        self.result = result
        count = Int(PQntuples(result))
        affected = Int(String(cString: PQcmdTuples(result))) ?? 0
    }

    deinit { PQclear(result) }

    func map<T, E: Error>(_ body: (inout Row) throws(E) -> T) throws(E) -> [T] {
        var list: [T] = []
        list.reserveCapacity(count)
        for index in 0 ..< count {
            var row = Row(result: result, index: Int32(index))
            list.append(try body(&row))
        }
        return list
    }

    func first<T, E: Error>(_ body: (inout Row) throws(E) -> T) throws(E) -> T? {
        guard count > 0 else { return nil }
        var row = Row(result: result, index: 0)
        return try body(&row)
    }

    /// A row read from left to right; each call takes the next column.
    struct Row {
        fileprivate let result: OpaquePointer
        fileprivate let index: Int32
        private var column: Int32 = 0

        fileprivate init(result: OpaquePointer, index: Int32) {
            self.result = result
            self.index = index
        }

        private mutating func next() -> UnsafeRawBufferPointer? {
            defer { column += 1 }
            guard column < PQnfields(result), PQgetisnull(result, index, column) == 0, let value = PQgetvalue(result, index, column) else {
                return nil
            }
            return UnsafeRawBufferPointer(start: value, count: Int(PQgetlength(result, index, column)))
        }

        /// smallint, integer, bigint or boolean.
        mutating func intOrNil() -> Int64? {
            guard let bytes = next(), let first = bytes.first else { return nil }
            if bytes.count == 1 { return Int64(first) }
            return bytes.dropFirst().reduce(Int64(Int8(bitPattern: first))) { $0 << 8 | Int64($1) }
        }

        mutating func int() -> Int64 { intOrNil() ?? 0 }
        mutating func bool() -> Bool { int() != 0 }
        mutating func textOrNil() -> String? { next().map { String(decoding: $0, as: UTF8.self) } }
        mutating func text() -> String { textOrNil() ?? "" }
        mutating func bytes() -> [UInt8] { next().map { Array($0) } ?? [] }
        mutating func bytesOrNil() -> [UInt8]? { next().map { Array($0) } }
    }
}
