import Platform
import Workflow

/// Reads cases, many in one question where many are wanted: after a restart, or when a thousand timers are due, that costs little more than
/// reading one. With `questions` in flight, further readers wait and share the next one.
actor CaseLoader {
    private typealias Waiting = (number: Int64, answer: CheckedContinuation<Result<CaseRecord?, StoreError>, Never>)

    private let store: any Store
    private var waiting: [TenantID: [Waiting]] = [:]
    private var questions = 0
    private static let questions = 2
    /// Cases in one question.
    static let most = 128

    init(store: any Store) { self.store = store }

    /// Who waits for the next question.
    var waitingCount: Int { waiting.values.reduce(0) { $0 + $1.count } }

    /// Nil when there is no such case.
    func load(_ number: Int64, tenant: TenantID) async throws(StoreError) -> CaseRecord? {
        guard questions >= Self.questions else {
            questions += 1
            defer { if waiting.isEmpty { questions -= 1 } else { Task { await self.answerOthers() } } }
            return try await store.loadCase(tenant: tenant, number: number)
        }
        return try await withCheckedContinuation { waiting[tenant, default: []].append((number, $0)) }.get()
    }

    private func answerOthers() async {
        while let (tenant, all) = waiting.first {
            let now = all.prefix(Self.most), later = Array(all.dropFirst(now.count))
            waiting[tenant] = later.isEmpty ? nil : later
            do throws(StoreError) {
                let records = try await store.loadCases(tenant: tenant, numbers: now.map(\.number))
                let found = Dictionary(records.map { ($0.summary.number, $0) }) { first, _ in first }
                for one in now { one.answer.resume(returning: .success(found[one.number])) }
            } catch let error where error.kind == .unusable && now.count > 1 {
                // What is wrong with one case is not the others' affair.
                for one in now { one.answer.resume(returning: await alone(one.number, tenant)) }
            } catch {
                for one in now { one.answer.resume(returning: .failure(error)) }
            }
        }
        questions -= 1
    }

    private func alone(_ number: Int64, _ tenant: TenantID) async -> Result<CaseRecord?, StoreError> {
        do throws(StoreError) { return .success(try await store.loadCase(tenant: tenant, number: number)) } catch { return .failure(error) }
    }
}
