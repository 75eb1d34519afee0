import Foundation

/// One file with everything in it, and back.
extension Keeper {
    public typealias TransferProgress = @Sendable (StoreTransfer.Progress) -> Void

    /// Writes the store as it is now into a new file, while work goes on. The file has its name only once it is complete and proven
    /// to say the same.
    public func backup(to path: String, progress: @escaping TransferProgress = { _ in }) async throws(EngineError) -> StoreTransfer {
        guard !FileManager.default.fileExists(atPath: path) else {
            throw EngineError(.conflict, "file-exists", "\(path) is there already; a backup is written to a new file")
        }
        let partial = path + ".partial"
        for name in Self.files(partial) { try? FileManager.default.removeItem(atPath: name) }
        let source = try transferable(), file = try openFile(partial)
        do throws(EngineError) {
            let copied = try await copy(source, into: file, progress)
            try await ledger.query { _ in try await file.close() }
            guard rename(partial, path) == 0 else {
                throw EngineError(.unavailable, "file-not-written", "\(path) cannot be written: \(String(cString: strerror(errno)))")
            }
            // Its log, folded in and empty.
            for name in Self.files(partial) { try? FileManager.default.removeItem(atPath: name) }
            return copied
        } catch {
            try? await file.close()
            for name in Self.files(partial) { try? FileManager.default.removeItem(atPath: name) }
            throw error
        }
    }

    /// Fills this store, which must be empty, from a backup.
    public func restore(from path: String, progress: @escaping TransferProgress = { _ in }) async throws(EngineError) -> StoreTransfer {
        guard FileManager.default.fileExists(atPath: path) else {
            throw EngineError(.notFound, "file-not-found", "there is no file \(path)")
        }
        let target = try transferable(), file = try openFile(path)
        let copied = try await copy(file, into: target, progress)
        try await ledger.query { _ in try await file.close() }
        return copied
    }

    /// What the store holds, counted and hashed.
    public func measure() async throws(EngineError) -> StoreTransfer {
        let store = try transferable()
        return try await ledger.query { _ in try await Self.measure(store) }
    }

    private func copy(
        _ source: any TransferableStore, into target: any TransferableStore, _ progress: @escaping TransferProgress
    ) async throws(EngineError) -> StoreTransfer {
        try await ledger.query { _ in
            let before = try await target.snapshot()
            var isEmpty = true
            for table in StoredTable.all where table.name != StoredTable.identity.name {
                if try await before.count(of: table) > 0 { isEmpty = false }
            }
            await before.close()
            guard isEmpty else { throw StoreError(.unusable, "\(target.name) is not empty; restore into a new one") }
            let snapshot = try await source.snapshot()
            do {
                try await target.fill(from: snapshot, progress: progress)
                let wanted = try await StoreTransfer.measure(snapshot)
                await snapshot.close()
                let found = try await Self.measure(target)
                guard wanted.hash == found.hash else {
                    throw StoreError(
                        .failure,
                        "what was copied to \(target.name) is not what was read: its hash is \(found.hash) and should be \(wanted.hash)")
                }
                return found
            } catch {
                await snapshot.close()
                throw error
            }
        }
    }

    private static func measure(_ store: any TransferableStore) async throws -> StoreTransfer {
        let snapshot = try await store.snapshot()
        let result = try await StoreTransfer.measure(snapshot)
        await snapshot.close()
        return result
    }

    private func transferable() throws(EngineError) -> any TransferableStore {
        guard let store = store as? any TransferableStore else {
            throw EngineError(.refused, "not-transferable", "\(store.name) cannot be copied")
        }
        return store
    }

    private func openFile(_ path: String) throws(EngineError) -> any TransferableStore {
        guard let open = engine.options.openFile else { throw EngineError(.refused, "not-here", "no backup files can be opened here") }
        do {
            return try open(path)
        } catch {
            throw EngineError(.unavailable, "store-unusable", error.message)
        }
    }

    private static func files(_ path: String) -> [String] { ["", "-wal", "-shm"].map { path + $0 } }
}
