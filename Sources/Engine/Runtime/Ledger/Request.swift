import Platform

/// One request on its way through the engine: who asks, under which key, and a fingerprint of what is asked.
struct Request: Sendable {
    let principal: Principal
    let key: RequestKey
    let fingerprint: [UInt8]
    /// W3C trace context; nil when nobody traces.
    var trace: String?

    var tenant: TenantID { principal.tenant }
}
