/// Every command that is not a pane's list, in the order in which help shows them.
enum CommandCatalog {
    static let all: [CommandSpec] =
        SpecificationCommands.all + VersionCommands.all + CaseCommands.all + ItemCommands.all + ItemLifeCycleCommands.all
        + RulesCommands.all + [WorkCommand.work, QueryCommand.query, HistoryCommands.replay, SimulateCommand.simulate]
        + CalendarCommands.all + ServiceCommands.all + [ServeCommand.serve] + StoreCommands.all + [DoctorCommand.doctor, ManualCommand.manual]
        + NavigationCommands.all + RowCommands.all + TimeCommands.all + ViewCommands.all + PaletteCommands.all + FindCommands.all
        + PromptCommands.all

    /// Ids of the commands that change something. What they would do is refused once more where it would be done.
    static let changing: Set<String> = [
        "spec.load", "spec.unload", "spec.migrate", "case.start", "case.cancel", "case.suspend", "case.resume", "case.raise", "item.open", "item.start",
        "item.complete", "item.skip", "item.rollback", "item.add", "item.suspend", "item.unsuspend", "item.restart", "item.fail", "item.cancel", "item.raise",
        "rules.load", "rules.remove", "calendar.add", "calendar.remove", "service.retry", "serve",
    ]
}
