import Workflow

/// How the thing stands that a row is about: what can be done with it is decided on this, never on the text of a cell.
public enum RowState: Sendable, Hashable {
    case item(ItemStatus)
    case ofCase(CaseStatus)
    /// Something of this kind; it is there.
    case entity(kind: String)
}
