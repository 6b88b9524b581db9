"""What can go wrong, as the caller sees it.

SeachangeError
├── NotUnderstood         input that cannot be read as what it should be
│   ├── StatementRefused  PostgreSQL refused a statement of a script
│   └── CommandFailed     a command that should make a state did not end well
├── Unreachable           a server or a database cannot be had
├── NotPermitted          a right is missing, or the server is not one we can work with
├── NotComplete           the database holds something that no kind describes
│   └── NotAgreed         a risk that nobody has said yes to
├── Drifted               the target is not in the state that a plan was made for
├── NotPlanned            no order of steps leads to the desired state
├── StepFailed            the server refused a step of a plan
├── NotProven             a rehearsal did not show what the plan promises
├── NotWritten            an output cannot be written
├── Blocked               somebody was in the way longer than we were to wait
└── Busy                  another run holds this database
"""

from __future__ import annotations

from typing import ClassVar


class SeachangeError(Exception):
    """Anything that stops the work.  Its text is written for the person at the terminal.

    `message` says what failed, on what; `hint` says what to do next.
    """

    exit_code: ClassVar[int] = 1
    hint: ClassVar[str] = ""

    def __init__(self, message: str = "", *, hint: str = "") -> None:
        self.message = message or (type(self).__doc__ or "").splitlines()[0]
        self.advice = hint or self.hint
        super().__init__(self.message)


class NotUnderstood(SeachangeError):
    """The input cannot be read as what it should be."""

    exit_code = 2
    hint = "Correct it, and run the same command again."


class StatementRefused(NotUnderstood):
    """PostgreSQL refused a statement of a script."""

    exit_code = 4


class CommandFailed(NotUnderstood):
    """The command that should make a state did not end well."""

    exit_code = 4


class Unreachable(SeachangeError):
    """The server or the database cannot be reached."""

    exit_code = 6


class NotPermitted(SeachangeError):
    """The server does not let us do this."""

    exit_code = 3


class NotAgreed(NotPermitted):
    """Nobody has said yes to a risk of the plan.

    `words` are those that grant what is missing.
    """

    words: tuple[str, ...] = ()


class Drifted(SeachangeError):
    """The target is not in the state that the plan was made for."""

    exit_code = 3


class NotComplete(SeachangeError):
    """The database holds something that no kind of fact describes."""

    exit_code = 3


class NotPlanned(SeachangeError):
    """No plan leads from the one state to the other."""

    exit_code = 3


class StepFailed(SeachangeError):
    """The server refused a step of the plan.

    `number` is its place in the plan, counted from 1; `sql` what was sent; `code` and `said` are the server's SQLSTATE
    and words.
    """

    exit_code = 4
    hint = "Correct the plan or what it meets, and run the same command again."

    number: int = 0
    sql: str = ""
    code: str = ""
    said: str = ""


class NotProven(SeachangeError):
    """The rehearsal did not show what the plan promises."""

    exit_code = 3


class NotWritten(SeachangeError):
    """The output cannot be written."""

    exit_code = 2
    hint = "Name a file in a folder that exists and that you may write to."


class Blocked(SeachangeError):
    """A lock was not to be had in time, or a limit kept the run from going on."""

    exit_code = 5
    hint = "Run the same command again: it goes on where it stopped."


class Busy(SeachangeError):
    """Another run holds this database."""

    exit_code = 5
