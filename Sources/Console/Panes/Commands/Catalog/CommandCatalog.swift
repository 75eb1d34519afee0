/// Every command that is not a pane's list, in the order in which help shows them.
enum CommandCatalog {
    static let all: [CommandSpec] =
        SpecificationCommands.all + CaseCommands.all + ItemCommands.all + [WorkCommand.work, QueryCommand.query, HistoryCommands.replay, SimulateCommand.simulate]
        + [Pane.timers.listCommand] + CalendarCommands.all + [ServeCommand.serve] + NavigationCommands.all + RowCommands.all
        + PromptCommands.all
}
