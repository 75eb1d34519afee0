/// Every command that is not a pane's list, in the order in which help shows them.
enum CommandCatalog {
    static let all: [CommandSpec] =
        SpecificationCommands.all + VersionCommands.all + CaseCommands.all + ItemCommands.all + [WorkCommand.work, QueryCommand.query] + NavigationCommands.all + RowCommands.all
        + PromptCommands.all
}
