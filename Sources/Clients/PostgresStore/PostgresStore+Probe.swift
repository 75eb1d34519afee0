import Engine

extension PostgresStore: StoreProbe {
    /// Asks once, without the patience of everything else: a probe is to see what is the matter, not to get over it.
    public func probeServer() async throws(ConnectorFailure) -> String? {
        do {
            let answer = try await readers.use { connection throws(PostgresError) in
                try await connection.run([Statement("SELECT current_setting('server_version')")], tenant: .house)
            }
            return answer.first?.first { $0.text() }
        } catch {
            throw ConnectorFailure(error.probeKind, error.storeError(name).message)
        }
    }
}

extension PostgresError {
    fileprivate var probeKind: ConnectorFailure.Kind {
        switch kind {
        case .lost: .connect
        case .unsuitable: .protocol
        case .cannotConnect:
            if message.contains("could not translate host name") {
                .dns
            } else if message.contains("timeout expired") {
                .timeout
            } else if message.contains("SSL") || message.contains("certificate") {
                .tls
            } else if ["authentication failed", "no password supplied", "no pg_hba.conf entry", "not permitted to log in"].contains(where: {
                message.contains($0)
            }) {
                .auth
            } else {
                .connect
            }
        case .refused(let state):
            switch state {
            case "57014", "55P03": .timeout
            case "53300", "53400": .quota
            case "28000", "28P01", "42501": .auth
            default: .server
            }
        }
    }
}
