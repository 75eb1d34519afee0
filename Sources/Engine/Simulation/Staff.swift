/// Who can do what, who is free and what waits. Work of one task is taken first in, first out; somebody with several tasks takes
/// what has waited longest. Of several who are free the one who has been longest takes it, then the first in the plan.
///
/// Jobs are numbered in the order in which they came, so the smaller number has waited longer.
struct Staff {
    struct Member {
        let name: String
        var roles: [Int]
        var tasks: [String]
        let hours: WorkingHours
        /// The job at hand and since when.
        var work: (job: Int, since: Int64)?
        /// When the last job ended; among equals the order counts.
        var freeSince: (time: Int64, order: Int)
        var busy: Int64 = 0
        var served = 0
        /// Will be told when the next working day begins.
        var isExpected = false
    }

    /// Jobs that wait for one task, the oldest first. Those withdrawn stay in their place until they come to the front.
    private struct Queue {
        var jobs: [Int] = []
        var front = 0

        var first: Int? { front < jobs.count ? jobs[front] : nil }

        mutating func removeFirst() {
            front += 1
            guard front > 64, front * 2 > jobs.count else { return }
            jobs.removeFirst(front)
            front = 0
        }
    }

    /// Length of what waits for a role, over time.
    struct Backlog {
        private(set) var length = 0
        private(set) var longest = 0
        private var area = 0.0
        private var since: Int64 = 0

        mutating func change(by difference: Int, at now: Int64) {
            area += Double(length) * Double(now - since)
            since = now
            length += difference
            longest = max(longest, length)
        }

        func mean(until end: Int64) -> Double { end > 0 ? (area + Double(length) * Double(max(end - since, 0))) / Double(end) : 0 }
    }

    private(set) var members: [Member] = []
    private(set) var backlogs: [Backlog]
    private var membersOfTask: [String: [Int]] = [:]
    private var rolesOfTask: [String: [Int]] = [:]
    private var queues: [String: Queue] = [:]
    private var waiting: Set<Int> = []

    init(_ roles: [StaffRole]) {
        backlogs = Array(repeating: Backlog(), count: roles.count)
        var known: [String: Int] = [:]
        for (index, role) in roles.enumerated() {
            for name in role.members {
                let member = known[name] ?? members.count
                if member == members.count {
                    known[name] = member
                    members.append(Member(name: name, roles: [], tasks: [], hours: role.hours, freeSince: (0, member)))
                }
                members[member].roles.append(index)
                for task in role.tasks where !members[member].tasks.contains(task) {
                    members[member].tasks.append(task)
                    membersOfTask[task, default: []].append(member)
                }
            }
            for task in role.tasks { rolesOfTask[task, default: []].append(index) }
        }
    }

    /// Nobody in particular is needed for it: it never waits.
    func isUnbounded(_ task: String) -> Bool { rolesOfTask[task] == nil }

    func roles(of task: String) -> [Int] { rolesOfTask[task] ?? [] }

    func isWaiting(_ job: Int) -> Bool { waiting.contains(job) }

    /// Puts a job at the end of its queue.
    mutating func enqueue(_ job: Int, for task: String, at now: Int64) {
        queues[task, default: Queue()].jobs.append(job)
        waiting.insert(job)
        for role in roles(of: task) { backlogs[role].change(by: 1, at: now) }
    }

    /// A job that waits no longer: it was taken, or withdrawn.
    mutating func remove(_ job: Int, for task: String, at now: Int64) {
        guard waiting.remove(job) != nil else { return }
        for role in roles(of: task) { backlogs[role].change(by: -1, at: now) }
    }

    /// Who takes a job of the task now; nil when nobody is there and free.
    func free(for task: String, at now: Int64) -> Int? {
        (membersOfTask[task] ?? []).filter { members[$0].work == nil && members[$0].hours.isOpen(at: now) }
            .min { members[$0].freeSince < members[$1].freeSince }
    }

    /// The oldest job that waits for something this member does.
    mutating func oldestJob(for member: Int) -> Int? {
        var oldest: Int?
        for task in members[member].tasks {
            while let first = queues[task]?.first, !waiting.contains(first) { queues[task]?.removeFirst() }
            if let first = queues[task]?.first { oldest = min(oldest ?? first, first) }
        }
        return oldest
    }

    /// Those who could do the task but are at home, and when they come; each is named once until `arrive`.
    mutating func expected(for task: String, at now: Int64) -> [(member: Int, at: Int64)] {
        var expected: [(member: Int, at: Int64)] = []
        for member in membersOfTask[task] ?? []
        where members[member].work == nil && !members[member].isExpected && !members[member].hours.isOpen(at: now) {
            members[member].isExpected = true
            expected.append((member, members[member].hours.nextOpening(from: now)))
        }
        return expected
    }

    mutating func arrive(_ member: Int) { members[member].isExpected = false }

    mutating func begin(_ job: Int, by member: Int, at now: Int64) { members[member].work = (job, now) }

    /// The member is free again, whether or not the job was done.
    mutating func end(by member: Int, at now: Int64, isDone: Bool, order: Int) {
        guard let work = members[member].work else { return }
        members[member].busy += members[member].hours.time(from: work.since, to: now)
        if isDone { members[member].served += 1 }
        members[member].work = nil
        members[member].freeSince = (now, order)
    }
}
