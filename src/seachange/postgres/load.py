"""Scripts run into a database, in whatever order lets them pass.

A file is first sent whole, as one transaction.  What fails for want of something waits for the other files; what still
waits then goes statement by statement.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.pq import TransactionStatus

from seachange.errors import StatementRefused, Unreachable
from seachange.finding import Finding
from seachange.postgres import bodies
from seachange.postgres.adjust import Target
from seachange.postgres.refusal import lacks_extension, refusal
from seachange.postgres.send import Failed, Session, messages, send
from seachange.sql import parse
from seachange.sql.script import Script, Statement

Unit = tuple[Statement, ...]

_SETTINGS = "-c check_function_bodies=off -c client_min_messages=warning -c statement_timeout=0 -c lock_timeout=0"
_OUR_WORDS = "-c lc_messages=C"  # only a superuser may say so; we look for a missing role in them
_ALONE = frozenset({"25001", "55P04", "2D000"})  # not in a transaction block, not in the one that made it
_HOPELESS = ("42601", "22021", "57", "53", "58", "XX")  # whatever else is there, it fails again
_BEGINS, _ENDS = frozenset({"BEGIN", "START"}), frozenset({"COMMIT", "END", "ROLLBACK", "ABORT"})


def load(conninfo: str, scripts: Iterable[Script], *, own_server: bool) -> tuple[Finding, ...]:
    """Run `scripts` into an empty database.  Raises StatementRefused; then the database is of no use any more.

    `own_server`: the server is ours, so that roles which the scripts name may be made on it.
    """
    try:
        with _session(conninfo, own_server=own_server) as session:
            loading = _Loading(Target(session, own_server=own_server))
            loading.run([_Part(script) for script in scripts])
            return (*loading.target.findings, *bodies.check(session))
    except psycopg.OperationalError as error:
        raise Unreachable(f"The scratch database cannot be reached: {error}") from error


def _session(conninfo: str, *, own_server: bool) -> Session:
    """Nothing is prepared in it, since it forgets everything after each file."""
    given = str(conninfo_to_dict(conninfo).get("options") or "")
    options = " ".join(filter(None, (given, _SETTINGS, _OUR_WORDS if own_server else "")))
    wanted = make_conninfo(conninfo, options=options, client_encoding="utf8")
    return psycopg.connect(wanted, autocommit=True, prepare_threshold=None)


class _Part:
    """A script and which of its units have not passed.  A unit is a statement, or a transaction that it opens."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.units = tuple(_units(script.statements))
        self.waiting = dict.fromkeys(range(len(self.units)))
        self.whole = not any(_begins(statement) or _ends(statement) for statement in script.statements)


def _units(statements: Iterable[Statement]) -> Iterator[Unit]:
    block: list[Statement] = []
    for statement in statements:
        block.append(statement)
        if not _begins(block[0]) or _ends(statement):
            yield tuple(block)
            block = []
    if block:
        yield tuple(block)


def _begins(statement: Statement) -> bool:
    return not _BEGINS.isdisjoint(statement.words[:1])


def _ends(statement: Statement) -> bool:
    return not _ENDS.isdisjoint(statement.words[:1]) and "TO" not in statement.words


def _sets(unit: Unit) -> bool:
    """Whether a unit only changes the session, so that what comes after it needs it again."""
    words = unit[0].words
    return words[:1] in (("SET",), ("RESET",)) or (words[:1] == ("SELECT",) and "SET_CONFIG" in words)


class _Loading:
    """One database being filled, and how often we went over the scripts."""

    def __init__(self, target: Target) -> None:
        self.target = target
        self._session = target.session
        self._rounds = 0
        self._passes = 0

    def run(self, parts: list[_Part]) -> None:
        waiting = self._whole(parts)
        while self._makes_schema(waiting):
            waiting = self._whole(list(waiting))
        self._piecewise(waiting)

    def _whole(self, parts: list[_Part]) -> dict[_Part, Failed]:
        """The parts that fail however often the others have been tried."""
        waiting, before = dict.fromkeys(parts), len(parts) + 1
        failures: dict[_Part, Failed] = {}
        while waiting and len(waiting) < before:
            before = len(waiting)
            self._rounds += 1
            failures = {part: failed for part in waiting if (failed := self._fails(part))}
            waiting = dict.fromkeys(failures)
        return failures

    def _makes_schema(self, failures: dict[_Part, Failed]) -> bool:
        """Whether an extension waited for a schema that no script makes, and that has been made now."""
        statements = (statement for part in failures for statement in part.script.statements)
        made = {word for statement in statements if statement.words[1:2] == ("SCHEMA",) for word in statement.words}
        for failed in failures.values():
            schema = parse.extension_schema(failed.statement.text) if failed.code == "3F000" else None
            if schema and not {schema.upper(), f'"{schema.upper()}"'} & made and self.target.make_schema(schema):
                return True
        return False

    def _piecewise(self, first: dict[_Part, Failed]) -> None:
        """Statement by statement; one is skipped only when no part comes further without that.

        What stopped a part at `first` is what its reader should hear of, if it still does: skipping makes new troubles.
        """
        parts = list(first)
        for part in parts:
            part.whole = False
        while parts:
            before = _left(parts)
            self._passes += 1
            failures = {part: failed for part in parts if (failed := self._fails(part))}
            if failures and _left(failures) == before:
                skipping = {part: self._steps(part, skipping=True) for part in failures}
                if _left(skipping) == before:
                    raise self._refused({part: _cause(part, first[part], failures[part]) for part in failures})
                self._note_order(failures.values())
            parts = [part for part in failures if part.waiting]

    def _note_order(self, failures: Iterable[Failed]) -> None:
        for failed in failures:
            place = failed.statement.place
            self.target.note("order", place, "This statement was run after others that stand behind it.")

    def _fails(self, part: _Part) -> Failed | None:
        """What stops a part, after all that we can mend has been mended."""
        while failed := self._attempt(part):
            if not self._mended(part, failed):
                if failed.code.startswith(_HOPELESS) or lacks_extension(failed):
                    raise self._refused({part: failed})
                return failed
        return None

    def _attempt(self, part: _Part) -> Failed | None:
        return self._as_one(part) if part.whole else self._steps(part, skipping=False)

    def _mended(self, part: _Part, failed: Failed) -> bool:
        if part.whole and failed.code in _ALONE:
            part.whole = False
            return True
        role = _missing_role(failed) if self.target.own_server else None
        return role is not None and self.target.make_roles(part.script, role)

    def _as_one(self, part: _Part) -> Failed | None:
        groups = messages(self._adjusted(part, part.script.statements))
        try:
            if len(groups) > 1:
                self._session.execute("begin")
            for group in groups:
                send(self._session, group)
            if len(groups) > 1:
                self._commit(groups[-1][-1])
        except Failed as failed:
            return failed
        finally:
            self._reset()
        part.waiting.clear()
        return None

    def _commit(self, last: Statement) -> None:
        """Deferred constraints speak up only now."""
        send(self._session, [Statement("commit", last.file, last.line, ("COMMIT",))])

    def _steps(self, part: _Part, *, skipping: bool) -> Failed | None:
        """The first failure among the units that wait; with `skipping`, the others behind it are tried too."""
        first: Failed | None = None
        for number, unit in enumerate(part.units):
            if number not in part.waiting and not _sets(unit):
                continue
            failed = self._unit(part, unit)
            if failed is None:
                part.waiting.pop(number, None)
            first = first or failed
            if failed and not skipping:
                break
        self._reset()
        return first

    def _unit(self, part: _Part, unit: Unit) -> Failed | None:
        try:
            for statement in self._adjusted(part, unit):
                send(self._session, [statement])
        except Failed as failed:
            self._roll_back()
            return failed
        return None

    def _adjusted(self, part: _Part, statements: Iterable[Statement]) -> list[Statement]:
        adjusted = (self.target.adjusted(statement, part.script.home) for statement in statements)
        return [statement for statement in adjusted if statement]

    def _reset(self) -> None:
        """Each file begins in a session as psql would give it."""
        self._roll_back()
        self._session.execute("discard all")

    def _roll_back(self) -> None:
        if not self._session.closed and self._session.info.transaction_status != TransactionStatus.IDLE:
            self._session.execute("rollback")

    def _refused(self, failures: dict[_Part, Failed]) -> StatementRefused:
        first, *others = failures
        tried = f"{_times(self._rounds)} file by file"
        if self._passes:
            tried += f", {_times(self._passes)} statement by statement"
        return refusal(failures[first], [part.script.name for part in others], tried, own=self.target.own_server)


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _left(parts: Iterable[_Part]) -> int:
    return sum(len(part.waiting) for part in parts)


def _cause(part: _Part, first: Failed, last: Failed) -> Failed:
    waiting = {statement.place for number in part.waiting for statement in part.units[number]}
    return first if first.statement.place in waiting else last


def _missing_role(failed: Failed) -> str | None:
    """Read from words, since no code of the server's tells a role from any other object."""
    before, after = 'role "', '" does not exist'
    said = failed.error.diag.message_primary or ""
    if said.startswith(before) and said.endswith(after):
        return said[len(before) : -len(after)]
    return None
