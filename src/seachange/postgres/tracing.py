"""What another tool does to a database: the statements that it sends are recorded while it works on a scratch copy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from threading import Lock

import psycopg
from msgspec import Struct
from msgspec.structs import replace
from psycopg import Connection
from psycopg.conninfo import make_conninfo
from psycopg.rows import TupleRow

from seachange.errors import NotUnderstood
from seachange.postgres import command
from seachange.postgres.connection import connected
from seachange.postgres.relay import relayed
from seachange.postgres.wire import Parameters, Sent
from seachange.sql import blocks, parse
from seachange.sql.chatter import is_chatter
from seachange.sql.migration import Migration, Unread, Written
from seachange.sql.quote import literal

TOOL = "run"
_VOLATILE = "select proname from pg_catalog.pg_proc where provolatile = 'v'"
_TYPE = "select pg_catalog.format_type(%s, null)"
_ADVICE = "Does it work on the database that DATABASE_URL and the PG* variables name?"


class Trace(Struct, frozen=True):
    """What was recorded: the statements that change something, and those that the tool only sent for itself."""

    migration: Migration
    passed_over: tuple[str, ...] = ()


def traced(line: str, conninfo: str) -> Migration:
    """What the shell command `line` does to the scratch database of `conninfo`, which it changes.

    Its statements are numbered instead of having lines.  What was taken back is not among them.  Raises CommandFailed,
    or NotUnderstood where the command has sent nothing.
    """
    return trace(line, conninfo).migration


def trace(line: str, conninfo: str, *, whole: bool = False) -> Trace:
    """The same, with what was passed over.  `whole`: with what may hold a password, as it was sent."""
    recording = _Recording()
    with connected(conninfo) as session:
        here = session.info
        where = make_conninfo(conninfo, host=here.host, hostaddr=here.hostaddr, port=here.port)
    with relayed(where, recording.hear) as by_us:
        command.run(line, by_us)
    if not recording.sent:
        raise NotUnderstood(f"run:{line}\nsent nothing to the database that it was given.", hint=_ADVICE)
    with connected(conninfo) as session:
        volatile = frozenset(str(name) for (name,) in session.execute(_VOLATILE))
        inlined = [_inlined(sent, session) for sent in recording.kept()]
    return _told(f"{TOOL}:{line}", inlined, volatile, whole=whole)


class _Text(Struct, frozen=True):
    """A query with its parameters put in, and the rows that came with it; why it is not whole, if it is not."""

    sql: str
    rows: bytes | None = None
    lacks: str = ""


class _Recording:
    """What all sessions had carried out: each transaction at the moment when it ended."""

    def __init__(self) -> None:
        self.sent = 0
        self._lock = Lock()
        self._ended: list[Sent] = []
        self._open: dict[int, list[Sent]] = {}

    def hear(self, session: int, sent: Sent) -> None:
        with self._lock:
            self.sent += 1
            self._open.setdefault(session, []).append(sent)
            if not _within(self._open[session]):
                self._ended += self._open.pop(session)

    def kept(self) -> Iterator[Sent]:
        """What was not taken back; a session that left in the middle of a transaction has lost that."""
        return iter(_without_undone(self._ended))


def _within(sent: Sequence[Sent]) -> bool:
    """Whether a transaction is open after these."""
    inside = False
    for tag in (tag for one in sent for tag in one.tags):
        inside = tag in ("BEGIN", "START TRANSACTION") or (inside and tag not in ("COMMIT", "ROLLBACK"))
    return inside


def _without_undone(sent: Iterable[Sent]) -> list[Sent]:
    """Without what a ROLLBACK has taken back: to the BEGIN before it, or to a savepoint."""
    kept: list[Sent] = []
    for one in sent:
        words = [word.upper() for word in one.sql.decode(errors="replace").replace(";", " ").split()]
        if one.tags[-1:] == ("ROLLBACK",) and _within([replace(one, tags=one.tags[:-1])]):
            continue
        if one.tags == ("ROLLBACK",):
            savepoint = words[-1] if "TO" in words else ""
            kept = kept[: _since(kept, savepoint)]
        else:
            kept.append(one)
    return kept


def _since(kept: Sequence[Sent], savepoint: str) -> int:
    """How many come before the last BEGIN; with a savepoint, as many as come before that."""
    for at in range(len(kept) - 1, -1, -1):
        words = [word.upper() for word in kept[at].sql.decode(errors="replace").replace(";", " ").split()]
        if savepoint and words[:1] == ["SAVEPOINT"] and words[-1] == savepoint:
            return at + 1
        if not savepoint and kept[at].tags[:1] in (("BEGIN",), ("START TRANSACTION",)):
            return at
    return len(kept)


def _inlined(sent: Sent, session: Connection[TupleRow]) -> _Text:
    sql = sent.sql.decode(errors="replace")
    rows = None if sent.binary else sent.rows
    lacks = "its rows came in COPY's binary form, and are not recorded" if sent.binary else ""
    if not sent.parameters.values:
        return _Text(sql, rows, lacks)
    try:
        values = _literals(sent.parameters, session)
    except psycopg.Error as error:
        return _Text(sql, rows, f"its parameters could not be put in: {error.diag.message_primary or error}")
    return _Text(_filled(sql, values), rows, lacks)


def _literals(given: Parameters, session: Connection[TupleRow]) -> tuple[str, ...]:
    """The values of parameters as SQL has them; what is in binary form the server reads."""
    found = []
    for value, format, oid in zip(given.values, given.formats, given.types, strict=True):
        if value is None:
            found.append("NULL")
            continue
        text = _read(value, oid, session) if format else value.decode(errors="replace")
        row = session.execute(_TYPE, [oid]).fetchone() if oid else None
        found.append(literal(text) + (f"::{row[0]}" if row else ""))
    return tuple(found)


def _read(value: bytes, oid: int, session: Connection[TupleRow]) -> str:
    result = session.pgconn.exec_params(b"select $1::text", [value], [oid], [1])
    if result.ntuples != 1:
        raise psycopg.DataError(result.error_message.decode(errors="replace"))
    return (result.get_value(0, 0) or b"").decode()


def _filled(sql: str, values: Sequence[str]) -> str:
    """`sql` with values in place of $1, $2 and so on."""
    text, parts, done = sql.encode(), [], 0
    for word in parse.tokens(sql):
        if word.text[0] == "$" and word.text[1:].isdecimal() and int(word.text[1:]) <= len(values):
            parts += [text[done : word.start], values[int(word.text[1:]) - 1].encode()]
            done = word.end
    return b"".join([*parts, text[done:]]).decode()


def _told(name: str, texts: Iterable[_Text], volatile: frozenset[str], *, whole: bool) -> Trace:
    """The statements one after the other, numbered, as the text of a migration."""
    kept: list[tuple[Written, str]] = []
    passed_over: list[str] = []
    for text in texts:
        found = list(_statements(name, text, whole=whole))
        wanted = [one for one in found if not is_chatter(one, volatile)]
        passed_over += [one.text for one in found if one not in wanted]
        kept += [(one, text.lacks) for one in _together(wanted, name)]
    kept = list(_without_empty(kept))
    raw, statements, unread = b"", [], []
    for number, (one, lacks) in enumerate(kept, 1):
        sql = one.text.encode()
        statements.append(_at(one, len(raw), number))
        raw += sql + b";\n" + (one.rows + b"\\.\n" if one.rows is not None else b"")
        unread += [Unread(name, number, lacks)] if lacks else []
    return Trace(Migration(name, raw, tuple(statements), TOOL, unread=tuple(unread)), tuple(passed_over))


def _at(one: Written, start: int, number: int) -> Written:
    return Written(one.file, start, start + len(one.text.encode()), one.text, number, 1, one.words, rows=one.rows)


def _statements(name: str, text: _Text, *, whole: bool) -> Iterator[Written]:
    """One query may be several statements.  What may hold a password is shown without its strings, if not `whole`."""
    raw = text.sql.encode()
    try:
        spans = parse.cut(raw).spans
    except parse.NotScanned:
        yield Written(name, 0, len(raw), text.sql, 1, 1)
        return
    for span in spans:
        sql = raw[span.start : span.end].decode()
        sql = sql if whole else parse.without_secrets(sql)
        yield Written(name, 0, 0, sql, 1, 1, span.words, rows=text.rows if span.words[:1] == ("COPY",) else None)


def _together(found: Sequence[Written], name: str) -> Sequence[Written]:
    """Several statements in one query are a transaction, whether they say so or not."""
    if len(found) < 2 or any(map(_parts, found)):
        return found
    return (Written(name, 0, 0, "BEGIN", 1, 1, ("BEGIN",)), *found, Written(name, 0, 0, "COMMIT", 1, 1, ("COMMIT",)))


def _parts(one: Written) -> bool:
    return blocks.opens(one) or blocks.closes(one) or one.words[:1] in (("SAVEPOINT",), ("RELEASE",))


def _without_empty(kept: Sequence[tuple[Written, str]]) -> Iterator[tuple[Written, str]]:
    """Without transactions in which nothing is left, and savepoints around nothing."""
    found: list[tuple[Written, str]] = []
    for one in kept:
        if blocks.closes(one[0]):
            since = max((at for at, (other, _) in enumerate(found) if blocks.opens(other)), default=-1)
            if since >= 0 and all(_parts(other) for other, _ in found[since:]):
                del found[since:]
                continue
        found.append(one)
    return iter(found)
