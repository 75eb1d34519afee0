/// Where text stands in a band that is wider.
public enum Alignment: Hashable, Sendable {
    case left, center, right
}
