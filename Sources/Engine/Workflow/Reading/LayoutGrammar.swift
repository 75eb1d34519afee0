/// The grammar of the editor's drawing. Nothing of it is interpreted; it is checked because a file with a wrong drawing is as
/// invalid as any other.
extension Grammar {
    mutating func addLayout() {
        rules["layout"] = .elements([.one("locale", "layoutLocale"), .some("specification", "layoutSpecification")])
        rules["layoutLocale"] = .attributes(Self.required(["language", "country"], .string))
        rules["layoutSpecification"] = .elements(
            [
                .one("size", "layoutDimension"), .some("net", "layoutNet"), .optional("labelFontSize", "integer"),
            ], [Attribute(name: "id", value: .ncName), Attribute(name: "defaultBgColor", value: .integer, isRequired: false)])
        addLayoutNets()
        addLayoutAttributes()
    }

    private static func required(_ names: [String], _ rule: TextRule) -> [Attribute] { names.map { Attribute(name: $0, value: rule) } }

    private mutating func addLayoutNets() {
        let id = Attribute(name: "id", value: .ncName)
        rules["layoutNet"] = Rule(
            attributes: [id, Attribute(name: "bgColor", value: .integer, isRequired: false)],
            content: .elements(
                .choice(
                    [
                        .one("bounds", "layoutFrame"), .one("frame", "layoutFrame"), .one("viewport", "layoutFrame"),
                        .optional("bgImage", "string"),
                        .one("scale", "string"), .optional("cancellationtask", "ncName"), .many("vertex", "layoutVertex"),
                        .many("container", "layoutContainer"), .many("flow", "layoutFlow"),
                    ], min: 1, max: .max)))
        rules["layoutVertex"] = .elements(
            [
                .optional("startpoint", "layoutPoint"), .optional("iconpath", "string"), .one("attributes", "layoutAttributes"),
                .optional("notes", "string"),
            ], [Attribute(name: "id", value: .ncName, isRequired: false)])
        rules["layoutContainer"] = Rule(
            attributes: [id],
            content: .elements(
                .choice(
                    [
                        .many("vertex", "layoutVertex"), .many("label", "layoutLabel"), .many("decorator", "layoutDecorator"),
                    ], min: 1, max: .max)))
        rules["layoutFlow"] = .elements(
            [
                .optional("label", "string"), .one("ports", "layoutPorts"), .one("attributes", "layoutAttributes"),
            ], Self.required(["source", "target"], .ncName))
        rules["layoutDecorator"] = .elements(
            [.one("position", "integer"), .one("attributes", "layoutAttributes")],
            [Attribute(name: "type", value: .ncName)])
        rules["layoutLabel"] = .elements([.optional("userobject", "layoutUserObject"), .one("attributes", "layoutAttributes")])
        rules["layoutUserObject"] = .elements([.one("html", "layoutHTML")])
        rules["layoutHTML"] = .elements([.one("body", "layoutBody")])
        rules["layoutBody"] = .text(.string, ["style", "align"].map { Attribute(name: $0, value: .string, isRequired: false) })
    }

    private mutating func addLayoutAttributes() {
        let kinds: [(String, [String])] = [
            ("boolean", ["autosize", "bendable", "connectable", "disconnectable", "editable", "endFill", "opaque", "resize", "sizeable"]),
            ("integer", ["backgroundColor", "foregroundColor", "linecolor", "lineEnd", "lineStyle"]),
            ("layoutRectangle", ["bounds"]), ("layoutFont", ["font"]), ("layoutPoint", ["labelposition", "offset"]),
            ("layoutPoints", ["points"]), ("layoutDimension", ["size"]),
        ]
        let alternatives = kinds.flatMap { rule, names in names.map { Particle.one($0, rule) } }
        rules["layoutAttributes"] = Rule(content: .elements(.choice(alternatives, min: 1, max: .max)))
        rules["layoutRectangle"] = .attributes(Self.required(["x", "y", "w", "h"], .string))
        rules["layoutFrame"] = .attributes(Self.required(["x", "y", "w", "h"], .integer))
        rules["layoutPoint"] = .attributes(Self.required(["x", "y"], .string))
        rules["layoutPorts"] = .attributes(Self.required(["in", "out"], .integer))
        rules["layoutPoints"] = .elements([.some("value", "layoutPoint")])
        rules["layoutDimension"] = .attributes(Self.required(["w", "h"], .integer))
        rules["layoutFont"] = .elements([.one("name", "string"), .one("style", "integer"), .one("size", "integer")])
    }
}
