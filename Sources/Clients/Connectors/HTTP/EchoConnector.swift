import Engine

extension ConnectorType {
    /// Gives input back as output; nothing outside.
    static let echo = ConnectorType("echo", .service) { section, _ in
        ConnectorParts(EchoConnector(name: section.name), service: EchoService())
    }
}

private struct EchoConnector: Connector {
    let name: String
    let system = "echo"
    let endpoint = "this process"
    let standing = ConnectorStanding.embedded

    func probe() async throws(ConnectorFailure) -> ProbeAnswer { ProbeAnswer() }
}
