"""A plan's groups sent to a server, one by one, with a look after each statement.

Each group of one transaction happens whole or not at all.  Who else uses the database is no matter of this module.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress

import psycopg
from psycopg import Connection
from psycopg.rows import TupleRow

from seachange.errors import StepFailed, Unreachable
from seachange.plan import Group
from seachange.sql import parse
from seachange.step import Step, Way

Session = Connection[TupleRow]

SETTINGS = """
set search_path = '';
set check_function_bodies = off;
set default_tablespace = '';
set statement_timeout = 0;
set lock_timeout = 0;
set idle_in_transaction_session_timeout = 0;
set client_min_messages = warning
"""
"""Names are written in full, and bodies may use what comes after them.  No limit of the role's own ends a step."""
NO_TRANSACTION_TIMEOUT = (
    "select set_config(name, '0', false) from pg_catalog.pg_settings where name = 'transaction_timeout'"
)
_SET = "select pg_catalog.set_config(%s, %s, %s)"
_SHOW = "select pg_catalog.current_setting(%s, true)"
_OURSELVES = "set local session authorization default; set local role none"
SHOWN = 2000
HINTS = {
    "53100": "Make room on the server's disk, and run the same command again.",
    "53200": "Give the server more memory, or let fewer work with it, and run the same command again.",
    "42501": "Let the role do this, or run the plan as a role that may.",
    "42704": "The plan expects what is not there: make it anew from the state that the database is in.",
    "42P01": "The plan expects what is not there: make it anew from the state that the database is in.",
    "42703": "The plan expects what is not there: make it anew from the state that the database is in.",
    "42846": "PostgreSQL has no such cast: say what the values become with --using schema.table.column=expression.",
    "42804": "PostgreSQL has no such cast: say what the values become with --using schema.table.column=expression.",
    "0A000": "Install what is missing on that server, or have the work done on one that has it.",
    "58P01": "Install what is missing on that server, or have the work done on one that has it.",
    "23502": "Rows that are there do not fit: correct them before, or let the plan fill them in.",
    "23503": "Rows that are there do not fit: correct them before, or let the plan fill them in.",
    "23505": "Rows that are there do not fit: correct them before, or let the plan fill them in.",
    "23514": "Rows that are there do not fit: correct them before, or let the plan fill them in.",
}


class Watch:
    """Hears of what is sent; this one does not care.

    `limit` is how many seconds a statement in a transaction waits for a lock; None: as the session has it.
    """

    limit: float | None = None

    def begins(self, group: Group) -> None:
        """A group begins, and its transaction has begun."""

    def sending(self, step: Step) -> AbstractContextManager[object]:
        """Entered while the server carries out the statement of a step."""
        return nullcontext()

    def sent(self, number: int, step: Step, seconds: float) -> None:
        """A statement has passed; its transaction, if it has one, is still open."""

    def ends(self, group: Group) -> None:
        """All statements of a transaction have passed; what is sent now goes along with its commit."""


Wording = Callable[[Step], str | None]
"""The statement that is sent for a step; None where there is nothing to do."""


def as_written(step: Step) -> str | None:
    """The statement as the plan has it."""
    return step.sql


def prepare(session: Session, search_path: str = "") -> None:
    """Have the session say and mean what plans expect.  Names without a schema are looked for in `search_path`."""
    session.execute(SETTINGS.encode())
    session.execute(NO_TRANSACTION_TIMEOUT)
    look_in(session, search_path)


def look_in(session: Session, search_path: str) -> None:
    """From now on names without a schema are looked for there; where it is empty, nowhere."""
    session.execute("select set_config('search_path', %s, false)", [search_path])


def has_to_do(session: Session, condition: str) -> bool:
    """Whether a condition in SQL holds; an empty one does."""
    row = session.execute(f"select ({condition})".encode()).fetchone() if condition else (True,)
    return row is not None and row[0] is True


def send(session: Session, group: Group, first: int, watch: Watch, wording: Wording = as_written) -> None:
    """Carry out one group, whose first step is number `first` of its plan.

    Raises StepFailed, and then nothing of the group has happened, but for what a step outside of a transaction leaves;
    Unreachable when the server is gone.
    """
    worded = wording if group.whole else _if_undone(session, wording)
    with transaction(session, group, watch.limit):
        watch.begins(group)
        for number, step in enumerate(group.steps, first):
            _take(session, step, number, watch, worded)
        if group.way is not Way.ALONE:
            _commit(session, group, first + len(group.steps) - 1, watch)


def send_at_once(session: Session, group: Group, first: int, watch: Watch) -> None:
    """Carry out one group of a single transaction in one message.  Its steps share the time that it took.

    Raises StepFailed, which need not name the step that was refused, and Unreachable; then nothing of it has happened.
    """
    last = first + len(group.steps) - 1
    with transaction(session, group, watch.limit):
        watch.begins(group)
        began = time.perf_counter()
        try:
            session.execute(";\n".join(step.sql for step in group.steps).encode())
        except psycopg.Error as error:
            raise failed(session, group.steps[0], first, error) from error
        share = (time.perf_counter() - began) / len(group.steps)
        for number, step in enumerate(group.steps, first):
            watch.sent(number, step, share)
        _commit(session, group, last, watch)


@contextmanager
def transaction(session: Session, group: Group, limit: float | None = None) -> Iterator[None]:
    """Begun if the group wants one; taken back if something in it fails."""
    if group.way is Way.ALONE:
        with _set(session, group):
            yield
        return
    waits = "" if limit is None else f"; set local lock_timeout = {round(limit * 1000)}"
    session.execute(f"begin{waits}".encode())
    try:
        for name, value in group.settings:
            session.execute(_SET, [name, value, True])
        yield
    except BaseException:
        with suppress(psycopg.Error):
            session.execute("rollback")
        raise


@contextmanager
def _set(session: Session, group: Group) -> Iterator[None]:
    """What the group sets, outside of a transaction."""
    before = [(name, session.execute(_SHOW, [name]).fetchone()) for name, _ in group.settings]
    try:
        for name, value in group.settings:
            session.execute(_SET, [name, value, False])
        yield
    finally:
        with suppress(psycopg.Error):
            for name, row in reversed(before):
                session.execute(_SET, [name, row[0] if row else None, False])


def _take(session: Session, step: Step, number: int, watch: Watch, wording: Wording) -> None:
    try:
        text = wording(step)
        with watch.sending(step):
            began = time.perf_counter()
            if text is not None:
                session.execute(text.encode())
            seconds = time.perf_counter() - began
    except psycopg.Error as error:
        raise failed(session, step, number, error) from error
    watch.sent(number, step, seconds)


def _if_undone(session: Session, wording: Wording) -> Wording:
    """The same wording, but for steps that have nothing to do: their condition is tested right before they run."""

    def worded(step: Step) -> str | None:
        return wording(step) if has_to_do(session, step.undone) else None

    return worded


def _commit(session: Session, group: Group, number: int, watch: Watch) -> None:
    """In one go with what is kept of it.  Deferred constraints speak up only now."""
    try:
        if group.settings:
            session.execute(_OURSELVES)  # the role that the group works as need not be one that may write the ledger
        with session.pipeline():
            watch.ends(group)
            session.execute("commit")
    except psycopg.Error as error:
        raise failed(session, group.steps[-1], number, error, "at the end of its transaction, after ") from error


def failed(
    session: Session, step: Step, number: int, error: psycopg.Error, where: str = ""
) -> StepFailed | Unreachable:
    """What the server's refusal of a step means to the person at the terminal."""
    if session.closed:
        return Unreachable(f"the server went away at {where}step {number}: {' '.join(str(error).split())}")
    code = error.sqlstate or ""
    about = f" ({step.subject})" if step.subject else ""
    failure = StepFailed(
        "\n".join(
            (f"PostgreSQL refused {where}step {number}{about}, {code}:", *_shown(step), *words(error), _left(step))
        ),
        hint=HINTS.get(code, ""),
    )
    failure.number, failure.sql, failure.code, failure.said = number, step.sql, code, " ".join(words(error))
    return failure


def _shown(step: Step) -> Iterator[str]:
    yield from (f"    {line}" for line in parse.without_secrets(step.sql)[:SHOWN].splitlines())


def words(error: psycopg.Error) -> Iterator[str]:
    """What the server said."""
    said = error.diag
    yield said.message_primary or str(error).strip()
    for label, more in (("DETAIL", said.message_detail), ("HINT", said.message_hint), ("CONTEXT", said.context)):
        if more:
            yield f"{label}: {more}"


def _left(step: Step) -> str:
    if step.fill is not None:
        return "All steps and batches before it have been done; of its own batch nothing has happened."
    if step.way is Way.ALONE:
        return "All steps before it have been done; it ran outside of a transaction and may have left something behind."
    return "All groups before its own have been done; nothing of its own group has happened."
