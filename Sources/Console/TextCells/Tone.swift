/// What a piece of text means to its reader. A face decides how it looks: a colour of a theme, a class of a page, nothing at all.
public enum Tone: String, Sendable, Hashable, CaseIterable {
    case plain
    case dim
    case title
    case good
    case warning
    case danger
    /// Waits for somebody, or is out of date.
    case stale
    /// Somebody works on it.
    case busy
    /// Something went wrong just now.
    case failure
    /// A line of a drawing.
    case line
    /// A sign that the eye is to find.
    case accent
}
