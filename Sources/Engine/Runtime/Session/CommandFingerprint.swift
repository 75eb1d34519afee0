import Workflow
import XMLTree

extension Command {
    /// Stable; also the name of the permission.
    public var name: String { fingerprintFields.name }

    /// Equal for equal commands: what a request key is bound to.
    var fingerprint: [UInt8] {
        let (name, arguments) = fingerprintFields
        return digest([Array(name.utf8)] + arguments.map { Array($0.utf8) })
    }

    private var fingerprintFields: (name: String, arguments: [String]) {
        switch self {
        case .loadSpecification(let source, let file, let accepting):
            ("specification.load", [digest([source]).hexadecimal, file, String(accepting.rawValue)])
        case .unloadSpecification(let reference): ("specification.unload", [reference.description])
        case .startCase(let reference, let data): ("case.start", [reference.description, data.text])
        case .cancelCase(let number): ("case.cancel", [String(number)])
        case .suspendCase(let number): ("case.suspend", [String(number)])
        case .resumeCase(let number): ("case.resume", [String(number)])
        case .migrateCase(let number, let reference): ("case.migrate", [String(number), reference.description])
        case .startItem(let item): ("item.start", [item.description])
        case .completeItem(let item, let data): ("item.complete", [item.description, data.text])
        case .skipItem(let item): ("item.skip", [item.description])
        case .rollbackItem(let item): ("item.rollback", [item.description])
        case .suspendItem(let item): ("item.suspend", [item.description])
        case .unsuspendItem(let item): ("item.unsuspend", [item.description])
        case .forceCompleteItem(let item, let data): ("item.force", [item.description, data.text])
        case .failItem(let item, let data): ("item.fail", [item.description, data.text])
        case .restartItem(let item): ("item.restart", [item.description])
        case .cancelItem(let item): ("item.cancel", [item.description])
        case .addInstance(let item, let value): ("item.add", [item.description, value.serialized()])
        case .raiseCase(let number, let trigger): ("case.raise", [String(number), trigger])
        case .raiseItem(let item, let kind, let trigger): ("item.raise", [item.description, "\(kind)", trigger ?? ""])
        // Which process carries it out makes no difference.
        case .expireTimer(let item, _): ("timer.expire", [item.description])
        case .postponeTimer(let item, _): ("timer.postpone", [item.description])
        }
    }
}

private extension XMLDocument? {
    var text: String { map { "+" + $0.serialized() } ?? "" }
}
