import Foundation

/// Values to stored bytes and back: JSON with its keys in the order of their bytes, so that equal values have equal bytes.
enum Codec {
    static func encode(_ value: some Encodable) throws(EngineError) -> [UInt8] {
        do {
            return try CanonicalEncoder.encode(value)
        } catch {
            throw EngineError(.failure, "encoding", "cannot write \(type(of: value)): \(error)")
        }
    }

    static func decode<T: Decodable>(_ type: T.Type, from bytes: [UInt8]) throws(EngineError) -> T {
        do {
            return try JSONDecoder().decode(type, from: Data(bytes))
        } catch {
            throw EngineError(.failure, "stored-form", "the store holds a \(type) this version cannot read: \(error)")
        }
    }
}
