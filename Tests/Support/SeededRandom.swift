/// Random numbers that come again with the same seed (the generator of the recorded traces).
public struct SeededRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64

    public init(_ seed: UInt64) { state = seed }

    public mutating func next() -> UInt64 {
        func draw() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state >> 33
        }
        return draw() << 33 ^ draw() << 11 ^ draw()
    }

    /// A number from 0 up to, not including, `count`.
    public mutating func roll(_ count: Int) -> Int { count <= 1 ? 0 : Int(next() % UInt64(count)) }

    public mutating func pick<T>(_ list: [T]) -> T { list[roll(list.count)] }
}
