/// The grammar of who may do the work.
extension Grammar {
    mutating func addResourcing(hasSecondary: Bool) {
        let initiator = Attribute(name: "initiator", value: .oneOf(["system", "user"]))
        let people: [Particle] = [.many("participant", "nonEmpty"), .many("role", "nonEmpty")]
        rules["resourcing"] = .elements(
            [
                .one("offer", "offer"), .one("allocate", "allocate"), .one("start", "startInteraction"),
            ] + (hasSecondary ? [.optional("secondary", "secondary")] : []) + [.optional("privileges", "privileges")])
        rules["offer"] = .elements(
            [
                .optional("distributionSet", "distributionSet"), .optional("familiarParticipant", "familiarParticipant"),
            ], [initiator])
        rules["familiarParticipant"] = .attributes([Attribute(name: "taskID", value: .nonEmpty)])
        rules["allocate"] = .elements([.optional("allocator", "selector")], [initiator])
        rules["startInteraction"] = .attributes([initiator])
        rules["distributionSet"] = .elements([
            .one("initialSet", "initialSet"), .optional("filters", "filters"), .optional("constraints", "constraints"),
        ])
        rules["initialSet"] = .elements(people + [.many("param", "distributionParam")])
        rules["distributionParam"] = .elements([.one("name", "nonEmpty"), .one("refers", "resourceKind")])
        rules["resourceKind"] = .text(.oneOf(["participant", "role"]))
        rules["filters"] = .elements([.many("filter", "selector")])
        rules["constraints"] = .elements([.many("constraint", "selector")])
        rules["selector"] = .elements([.one("name", "nonEmpty"), .optional("params", "selectorParams")])
        rules["selectorParams"] = .elements([.some("param", "selectorParam")])
        rules["selectorParam"] = .elements([.one("key", "nonEmpty"), .one("value", "nonEmpty")])
        rules["secondary"] = .elements(people + [.many("nonHumanResource", "nonEmpty"), .many("nonHumanCategory", "nonHumanCategory")])
        rules["nonHumanCategory"] = .text(.nonEmpty, [Attribute(name: "subcategory", value: .string, isRequired: false)])
        rules["privileges"] = .elements([.element("privilege", rule: "privilege", min: 0, max: 7)])
        rules["privilege"] = .elements([
            .one("name", "privilegeName"), .either([.one("allowall", "boolean"), .one("set", "resourceSet")]),
        ])
        rules["resourceSet"] = .elements(people)
        rules["privilegeName"] = .text(
            .oneOf([
                "canSuspend", "canReallocateStateless", "canReallocateStateful", "canDeallocate", "canDelegate", "canSkip", "canPile",
            ]))
    }
}
