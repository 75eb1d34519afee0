/// The grammar of nets from the processControlElements downwards, the same in all versions but for what a task can carry.
extension Grammar {
    enum TaskSettings { case none, enablementMappings, release }

    mutating func addNetElements(hasFlowDocumentation: Bool, taskSettings: TaskSettings) {
        let id = Attribute(name: "id", value: .nmToken)
        let label: [Particle] = [.optional("name", "string"), .optional("documentation", "string")]
        rules["elementReference"] = .attributes([id])
        rules["decompositionReference"] = .attributes([Attribute(name: "id", value: .string)])
        rules["processControlElements"] = .elements([
            .one("inputCondition", "condition"),
            .choice([.many("task", "taskOfAnyKind"), .many("condition", "condition")], min: 0, max: .max),
            .one("outputCondition", "outputCondition"),
        ])
        rules["condition"] = .elements(label + [.some("flowsInto", "flowsInto")], [id])
        rules["outputCondition"] = .elements(label, [id])
        rules["flowsInto"] = .elements(
            [
                .one("nextElementRef", "elementReference"), .optional("predicate", "predicate"), .optional("isDefaultFlow", "nothing"),
            ] + (hasFlowDocumentation ? [.optional("documentation", "string")] : []))
        rules["predicate"] = .text(.nonEmpty, [Attribute(name: "ordering", value: .integer, isRequired: false)])
        rules["control"] = .attributes([Attribute(name: "code", value: .oneOf(["and", "or", "xor"]))])
        addTasks(label: label, id: id, settings: taskSettings)
        addMappings()
    }

    private mutating func addTasks(label: [Particle], id: Attribute, settings: TaskSettings) {
        let hasConfiguration = settings == .release
        var task: [Particle] = label
        task += [.some("flowsInto", "flowsInto"), .one("join", "control"), .one("split", "control")]
        if hasConfiguration { task += [.optional("defaultConfiguration", "configuration"), .optional("configuration", "configuration")] }
        task += [
            .many("removesTokens", "elementReference"), .many("removesTokensFromFlow", "removesTokensFromFlow"),
            .optional("startingMappings", "mappings"), .optional("completedMappings", "mappings"),
        ]
        if settings != .none { task.append(.optional("enablementMappings", "mappings")) }
        if settings == .release {
            task += [.optional("timer", "timer"), .optional("resourcing", "resourcing"), .optional("customForm", "string")]
        }
        task.append(.optional("decomposesTo", "decompositionReference"))
        rules["taskOfAnyKind"] = Rule(
            content: .byType([
                "": "task", "ExternalTaskFactsType": "task", "MultipleInstanceExternalTaskFactsType": "multipleInstanceTask",
            ]))
        rules["task"] = .elements(task, [id])
        rules["multipleInstanceTask"] = .elements(
            task + [
                .one("minimum", "nonEmpty"), .one("maximum", "nonEmpty"), .one("threshold", "nonEmpty"),
                .one("creationMode", "creationMode"),
                .one("miDataInput", "miDataInput"), .optional("miDataOutput", "miDataOutput"),
            ], [id])
        rules["creationMode"] = .attributes([Attribute(name: "code", value: .oneOf(["static", "dynamic"]))])
        rules["removesTokensFromFlow"] = .elements([.one("flowSource", "elementReference"), .one("flowDestination", "elementReference")])
    }

    private mutating func addMappings() {
        rules["mappings"] = .elements([.some("mapping", "mapping")])
        rules["mapping"] = .elements([.one("expression", "expression"), .one("mapsTo", "nmToken")])
        rules["expression"] = .attributes([Attribute(name: "query", value: .nonEmpty)])
        rules["miDataInput"] = .elements([
            .one("expression", "expression"), .one("splittingExpression", "expression"), .one("formalInputParam", "nmToken"),
        ])
        rules["miDataOutput"] = .elements([
            .one("formalOutputExpression", "expression"), .one("outputJoiningExpression", "expression"),
            .one("resultAppliedToLocalVariable", "nmToken"),
        ])
    }
}
