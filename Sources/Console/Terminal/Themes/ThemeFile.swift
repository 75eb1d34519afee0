// The notation of theme files:
//
//     name: dark
//     extends: dark                      # optional: roles not named here are taken from it
//     variables: { accent: "#7aa2f7" }
//     roles:
//       text.title: { fg: $accent, bg: default, attrs: [bold] }

import TextCells
import YAMLFiles
import Yams

extension Theme {
    /// Reads a theme. Whatever is wrong is reported and left out; the rest counts.
    ///
    /// - Parameters:
    ///   - file: the name diagnostics show.
    ///   - bases: themes that `extends` may name.
    public static func parse(_ text: String, file: String, bases: [String: Theme] = [:]) -> (theme: Theme, diagnostics: [FileDiagnostic]) {
        var reader = ThemeReader(yaml: YAMLReader(file: file))
        let theme = reader.read(text, bases: bases)
        return (theme, reader.yaml.diagnostics)
    }
}

private struct ThemeReader {
    var yaml: YAMLReader
    var variables: [String: Color] = [:]

    mutating func read(_ text: String, bases: [String: Theme]) -> Theme {
        guard let root = yaml.root(text, code: "theme") else { return .plain }
        var name = yaml.file
        var styles: [Role: Style] = [:]
        var roles: Node?
        for (key, value) in root {
            switch key.string {
            case "name": name = Sanitizer.line(value.string ?? name)
            case "extends":
                if let base = bases[value.string ?? ""] {
                    styles = base.styles
                } else {
                    let known = bases.keys.sorted().joined(separator: ", ")
                    yaml.report(.error, "theme-unknown-base", value.mark, "there is no such theme to extend; known are: \(known)")
                }
            case "variables": readVariables(value)
            case "roles": roles = value
            default:
                yaml.report(.error, "theme-unknown-key", key.mark, "a theme has name, extends, variables and roles; this is none of them")
            }
        }
        if let roles { readRoles(roles, into: &styles) }
        return Theme(name: name, styles: styles)
    }

    private mutating func readVariables(_ node: Node) {
        guard let mapping = node.mapping else {
            yaml.report(.error, "theme-variables", node.mark, "variables must be a mapping of names to colours")
            return
        }
        for (key, value) in mapping {
            guard let name = key.string else { continue }
            if let color = color(value) { variables[name] = color }
        }
    }

    private mutating func readRoles(_ node: Node, into styles: inout [Role: Style]) {
        guard let mapping = node.mapping else {
            yaml.report(.error, "theme-roles", node.mark, "roles must be a mapping of role names to styles")
            return
        }
        for (key, value) in mapping {
            guard let role = Role(rawValue: key.string ?? "") else {
                let name = Sanitizer.line(key.string ?? "").truncated(to: 40)
                yaml.report(.error, "theme-unknown-role", key.mark, "there is no role “\(name)”; the help lists the roles")
                continue
            }
            styles[role] = style(value)
        }
    }

    private mutating func style(_ node: Node) -> Style {
        var result = Style.plain
        guard let mapping = node.mapping else {
            yaml.report(.error, "theme-style", node.mark, "a style is a mapping such as { fg: red, attrs: [bold] }")
            return result
        }
        for (key, value) in mapping {
            switch key.string {
            case "fg": result.foreground = color(value) ?? .standard
            case "bg": result.background = color(value) ?? .standard
            case "attrs": result.attributes = attributes(value)
            default: yaml.report(.error, "theme-unknown-key", key.mark, "a style has fg, bg and attrs; this is none of them")
            }
        }
        return result
    }

    private mutating func color(_ node: Node) -> Color? {
        let text = node.scalar?.string ?? ""
        if text.hasPrefix("$") {
            if let color = variables[String(text.dropFirst())] { return color }
            let name = Sanitizer.line(text).truncated(to: 40)
            yaml.report(.error, "theme-unknown-variable", node.mark, "the variable \(name) is not defined under variables")
            return nil
        }
        if let color = Color(parsing: text) { return color }
        let shown = Sanitizer.line(text).truncated(to: 40)
        yaml.report(
            .error, "theme-color", node.mark,
            "“\(shown)” is no colour; use a name such as red or bright-black, 0–255, \"#rrggbb\", default or a $variable")
        return nil
    }

    private mutating func attributes(_ node: Node) -> Attributes {
        var result: Attributes = []
        let parts: [Node] = node.sequence.map { Array($0) } ?? [node]
        for part in parts {
            if let attribute = Attributes.names[part.string ?? ""] {
                result.formUnion(attribute)
            } else {
                yaml.report(.error, "theme-attribute", part.mark, "attributes are bold, dim, italic, underline and reverse")
            }
        }
        return result
    }
}
