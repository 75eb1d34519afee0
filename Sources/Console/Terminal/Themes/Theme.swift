// How each role looks.

/// Styles by role. A role that a theme leaves out looks like `text`.
public struct Theme: Hashable, Sendable {
    public let name: String
    var styles: [Role: Style]

    public init(name: String, styles: [Role: Style]) {
        self.name = name
        self.styles = styles
    }

    public subscript(role: Role) -> Style { styles[role] ?? styles[.text] ?? .plain }

    /// The theme that ships with the product, themes/dark.yaml.
    public static let standard: Theme = parse(String(decoding: PackageResources.dark_yaml, as: UTF8.self), file: "themes/dark.yaml").theme

    /// Without any file: attributes only. What a broken theme falls back to.
    public static let plain = Theme(
        name: "plain",
        styles: [
            .textTitle: Style(attributes: .bold), .rowSelected: Style(attributes: .reverse), .header: Style(attributes: .bold),
            .headerActive: Style(attributes: .reverse), .error: Style(attributes: .bold), .input: Style(attributes: .underline),
            .hintKey: Style(attributes: .bold),
        ])
}
