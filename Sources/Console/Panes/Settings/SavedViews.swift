/// Ways of looking at a pane that a person gave names: filter, order, columns. Kept in a file of mizzen's own, never in the
/// person's settings.
struct SavedViews: Sendable, Hashable, Codable {
    struct View: Sendable, Hashable, Codable {
        var pane: String
        var filter: String
        var sort: String?
        var columns: [String]?
        var isWide: Bool
    }

    var views: [String: View] = [:]
}
