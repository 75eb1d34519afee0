/// Lets any number read or one write, in the order they came.
actor ReadWriteGate {
    private var readers = 0
    private var isWriting = false
    private var waiting: [(isWriter: Bool, go: CheckedContinuation<Void, Never>)] = []

    func enter(writing: Bool) async {
        if waiting.isEmpty, !isWriting, !writing || readers == 0 { return admit(writing) }
        await withCheckedContinuation { waiting.append((writing, $0)) }
    }

    func leave(writing: Bool) {
        if writing { isWriting = false } else { readers -= 1 }
        while let next = waiting.first, !isWriting, !next.isWriter || readers == 0 {
            waiting.removeFirst()
            admit(next.isWriter)
            next.go.resume()
        }
    }

    private func admit(_ isWriter: Bool) {
        if isWriter { isWriting = true } else { readers += 1 }
    }
}
