/// What `mizzen --help` says about the program as a whole; everything about single commands is in the registry.
enum ProgramHelp {
    static let abstract = "Run YAWL workflows: an operator console and a command line on an embedded engine"

    static let discussion = """
        Alone on a terminal, mizzen opens the console. With a verb it does one thing and ends.

        EXAMPLES:
          mizzen spec load examples/hello.yawl
              load a specification into the store
          mizzen case start hello
              start a case of it
          mizzen work
              the work there is
          mizzen item start 1:AskName
              start an item, then complete it
          mizzen item complete 1.1:AskName --set visitor=Ann
              with what was asked for
          mizzen case trace 1
              read what happened

        EXIT CODES:
          0  done                       4  not found
          1  a failure here             5  conflict with the state of things
          2  wrong usage or input       6  a part is unavailable
          3  not authenticated          7  refused by a rule
        """
}
