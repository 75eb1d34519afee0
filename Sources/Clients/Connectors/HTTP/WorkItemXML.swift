import Engine
import Workflow
import XMLTree

/// A work item as interface B writes it .
enum WorkItemXML {
    static func text(_ work: ServiceWork) -> String {
        var builder = XMLBuilder()
        builder.startElement("workItem")
        for attribute in work.gateway.common.attributes where attribute.namespace.isEmpty {
            builder.attribute(attribute.name, attribute.value)
        }
        func element(_ name: String, _ text: String?) {
            builder.startElement(name)
            if let text { builder.text(text) }
            builder.endElement()
        }
        element("taskid", work.item.task)
        element("caseid", work.item.caseID.description)
        element("uniqueid", work.key.description)
        element("taskname", work.task.label)
        element("documentation", work.task.documentation)
        if let identifier = work.specification.identifier { element("specidentifier", identifier) }
        element("specversion", work.specification.version.description)
        element("specuri", work.specification.uri)
        element("status", ItemStatus.executing.text)
        element("allowsdynamiccreation", work.task.multipleInstances?.creationMode == "dynamic" ? "true" : "false")
        element("requiresmanualresourcing", work.gateway.isAutomated ? "false" : "true")
        element("codelet", work.gateway.codelet)
        builder.startElement("data")
        builder.copy(work.input.node)
        builder.endElement()
        element("enablementTime", nil)
        element("enablementTimeMs", String(work.enabledAt))
        element("startTime", nil)
        element("startTimeMs", String(work.startedAt))
        element("startedBy", ServiceRunner.actor)
        element("customform", work.task.customForm)
        builder.endElement()
        return builder.finish().serialized()
    }
}
