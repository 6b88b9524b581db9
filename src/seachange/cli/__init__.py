"""The command line: verbs, their options, and what people see.  Talks to servers only through `seachange.postgres`."""
