import Foundation

/// The math: namespace: functions of doubles, as the C library computes them.
enum MathFunctions {
    static let all: [Builtin] = [
        Builtin("math:pi", 0 ... 0) { _, _ in .one(.double(.pi)) }, Builtin("math:pow", 2 ... 2, power),
        Builtin("math:atan2", 2 ... 2, atan2),
        function("sqrt") { $0.squareRoot() }, function("exp", exp), function("exp10") { Foundation.pow(10, $0) }, function("log", log),
        function("log10", log10), function("sin", sin), function("cos", cos), function("tan", tan), function("asin", asin),
        function("acos", acos), function("atan", atan),
    ]

    private static func function(_ name: String, _ compute: @escaping @Sendable (Double) -> Double) -> Builtin {
        Builtin("math:" + name, 1 ... 1) { a, c throws(XQueryError) in
            guard let number = try c.optionalNumber(a[0]) else { return .empty }
            return .one(.double(compute(Numbers.double(number))))
        }
    }

    private static func power(_ a: [Value], _ c: Evaluation) throws(XQueryError) -> Value {
        guard let base = try c.optionalNumber(a[0]) else { return .empty }
        return .one(.double(pow(Numbers.double(base), try c.requiredDouble(a[1]))))
    }

    private static func atan2(_ a: [Value], _ c: Evaluation) throws(XQueryError) -> Value {
        .one(.double(Foundation.atan2(try c.requiredDouble(a[0]), try c.requiredDouble(a[1]))))
    }
}
