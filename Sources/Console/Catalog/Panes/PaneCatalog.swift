/// The panes of the product, in the order of their tabs. A new pane is a file beside this one and a line here.
enum PaneCatalog {
    static let all: [Pane] = [
        .queues,
        .cases,
        .specifications,
        .events,
        .timers,
        .services,
        .log,
        .overview,
        .nodes,
        .connectors,
    ]
}
