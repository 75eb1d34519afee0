import POSIX

/// Runs deeply nested work on a thread of its own with a large stack. Threads of Swift concurrency have 512 kB, which a nested
/// query could use up; nearly all queries are shallow and never come here.
enum DeepStack {
    /// Virtual size; only what is touched becomes memory. The counted limits stay far below it even in unoptimised builds.
    private static let bytes = 64 << 20

    /// Nesting that fits any thread's stack. Measured per level, worst shape: 32 kB unoptimised, 9 kB optimised.
    #if DEBUG
        static let inlineNesting = 6
    #else
        static let inlineNesting = 20
    #endif

    static func run<T>(_ body: () throws(XQueryError) -> T) throws(XQueryError) -> T {
        var result: Result<T, XQueryError>?
        withoutActuallyEscaping(body) { body in
            let work = Work {
                do throws(XQueryError) { result = .success(try body()) } catch { result = .failure(error) }
            }
            work.start(stackBytes: bytes)
        }
        guard let result else {
            throw XQueryError(code: "MZQL0003", message: "there is no memory for the stack this query needs", kind: .limit)
        }
        return try result.get()
    }

    private final class Work {
        private let body: () -> Void

        init(_ body: @escaping () -> Void) { self.body = body }

        /// Waits for the end, so what the body captured is never used by two threads at a time.
        func start(stackBytes: Int) {
            var attributes = pthread_attr_t()
            guard pthread_attr_init(&attributes) == 0 else { return }
            defer { pthread_attr_destroy(&attributes) }
            guard pthread_attr_setstacksize(&attributes, stackBytes) == 0 else { return }
            var thread = pthread_t()
            let started = pthread_create(
                &thread, &attributes,
                { argument in
                    if let argument { Unmanaged<Work>.fromOpaque(argument).takeUnretainedValue().body() }
                    return nil
                }, Unmanaged.passUnretained(self).toOpaque())
            guard started == 0 else { return }
            pthread_join(thread, nil)
        }
    }
}
