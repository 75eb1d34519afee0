/// Every command that is not a pane's list, in the order in which help shows them.
enum CommandCatalog {
    static let all: [CommandSpec] =
        SpecificationCommands.all + VersionCommands.all + CaseCommands.all + ItemCommands.all + ItemLifeCycleCommands.all
        + RulesCommands.all + [WorkCommand.work, EachCommand.each, QueryCommand.query, HistoryCommands.replay, SimulateCommand.simulate]
        + CalendarCommands.all + ServiceCommands.all + ConnectorCommands.all + [ServeCommand.serve] + StoreCommands.all
}
