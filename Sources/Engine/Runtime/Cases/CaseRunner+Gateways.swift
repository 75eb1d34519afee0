import Workflow
import XMLTree

/// What a step must know of data outside.
extension CaseRunner {
    /// More questions than this in one step are a specification gone wrong.
    private static let maxAnswers = 1000

    /// Takes a step as often as it needs to have asked the external data gateways all it asks. The context keeps their answers.
    /// - Throws: `gateway-not-configured`, `gateway-failed`; what the step itself refuses is the result.
    func answered(
        _ context: inout StepContext, _ step: (StepContext) throws(ExecutionError) -> CaseStep
    ) async throws(EngineError)
        -> Result<CaseStep, ExecutionError>
    {
        while true {
            let read: GatewayRead
            do throws(ExecutionError) {
                return .success(try step(context))
            } catch {
                guard let missing = error.missing, context.gatewayAnswers.count < Self.maxAnswers else { return .failure(error) }
                read = missing
            }
            guard let gateway = options.services.gateways[read.gateway] else {
                throw EngineError(
                    .unavailable, "gateway-not-configured",
                    "no data gateway is configured for \(read.gateway), which has to give "
                        + "\(read.names.joined(separator: ", ")); name it in services.yaml (mizzen service list shows what there is)")
            }
            do {
                context.gatewayAnswers.append(try await gateway.read(read))
            } catch {
                throw EngineError(
                    .unavailable, "gateway-failed",
                    "the data gateway \(read.gateway) did not give \(read.names.joined(separator: ", ")): \(error.message)")
            }
        }
    }
}
