import Terminal

/// What was typed into forms and not sent yet, so that neither a dropped line nor a change of mind loses it.
struct FormDrafts: Sendable, Hashable, Codable {
    struct Field: Sendable, Hashable, Codable {
        let id: String
        let value: String
    }

    /// By store and subject of the form.
    private(set) var forms: [String: [Field]] = [:]

    /// More forms than anybody has open; beyond that no new one is kept.
    private static let most = 200

    mutating func keep(_ form: Form, as key: String) {
        guard forms[key] != nil || forms.count < Self.most else { return }
        forms[key] = form.values.map { Field(id: $0.id, value: $0.value) }
    }

    /// - Returns: whether there was one.
    @discardableResult
    mutating func forget(_ key: String) -> Bool { forms.removeValue(forKey: key) != nil }

    /// Puts a draft into the form it was made from. What is typed into some fields decides which others there are, so it is done in
    /// several rounds; fields that are gone are left out.
    func fill(_ screen: inout FormScreen, from key: String) -> Bool {
        guard let fields = forms[key] else { return false }
        for _ in 0 ..< 4 {
            var missing = false
            for field in fields {
                guard let place = screen.form.fields.firstIndex(where: { $0.id == field.id }) else {
                    missing = true
                    continue
                }
                if screen.form.fields[place].isFocusable { screen.form.fields[place].value = field.value }
            }
            guard missing, (try? screen.data.take(screen.form)) != nil else { break }
            screen.form = Form(fields: screen.data.fields(), submitTitle: screen.form.submitTitle, cancelTitle: screen.form.cancelTitle)
        }
        screen.isTouched = true
        return true
    }
}

extension ConsoleState {
    /// The name of a form's draft: forms of different stores never meet.
    func draftKey(_ subject: FormScreen.Subject) -> String {
        switch subject {
        case .item(let id): "\(source.name) item \(id)"
        case .newCase(let reference): "\(source.name) case \(reference)"
        }
    }
}
