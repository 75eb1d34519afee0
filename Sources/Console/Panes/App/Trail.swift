/// Where a person is: a pane and the pages over it.
struct Place: Sendable {
    let pane: Int
    let screens: [Screen]

    /// The same place under the same name, however its contents have changed.
    var name: String { ([String(pane)] + screens.map(\.crumb)).joined(separator: "\n") }
}

/// The places a person came through, for going back and forward as in a browser.
struct Trail: Sendable {
    private var before: [Place] = []
    private var after: [Place] = []
    /// Earlier places are forgotten.
    private static let longest = 50

    /// A place was left for a new one.
    mutating func leave(_ place: Place) {
        before.append(place)
        if before.count > Self.longest { before.removeFirst() }
        after = []
    }

    mutating func back(from here: Place) -> Place? {
        guard let place = before.popLast() else { return nil }
        after.append(here)
        return place
    }

    mutating func forward(from here: Place) -> Place? {
        guard let place = after.popLast() else { return nil }
        before.append(here)
        return place
    }

    /// The place before, which this one then takes the place of: twice is here again.
    mutating func last(from here: Place) -> Place? {
        guard let place = before.popLast() else { return nil }
        before.append(here)
        return place
    }
}

extension ConsoleState {
    /// Nil while something is being filled in, which nobody comes back to by chance.
    var place: Place? {
        if case .form = screens.last { return nil }
        return Place(pane: active, screens: screens)
    }

    mutating func show(_ place: Place) {
        guard panes.indices.contains(place.pane) else { return }
        active = place.pane
        screens = place.screens.map { screen in
            guard case .detail(var detail) = screen else { return screen }
            // What has changed since is asked for; what was asked for then has nobody waiting for it.
            detail.askedEpoch = -1
            detail.pending = nil
            return .detail(detail)
        }
        forgetNews()
        if pane.pane.isLocal { showLog() }
    }
}

extension Screen {
    /// Its name in the path above it.
    var crumb: String {
        switch self {
        case .detail(let detail): detail.crumb
        case .form(let form): form.title
        case .output(let output): output.title
        case .help: "help"
        }
    }
}
