"""A migration as somebody wrote it: its statements, each with its place in the file, byte for byte."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from seachange.errors import NotUnderstood, NotWritten
from seachange.sql import knex, order, sections
from seachange.sql.blocks import blocks
from seachange.sql.carrying import Cut, Reading, contents
from seachange.sql.edit import Edit, edited
from seachange.sql.knex import Unread
from seachange.sql.order import Placed
from seachange.sql.settings import Settings, in_force
from seachange.sql.text import Decoded, decoded
from seachange.sql.tree import kind
from seachange.sql.written import Section, Written

__all__ = ["Migration", "Section", "Unread", "Written", "read", "read_all", "taken_apart", "written_back"]

_ENCODINGS = (("SET", "CLIENT_ENCODING"), ("SET", "NAMES"))
_WRAPPING = frozenset({sections.GOOSE, sections.SQL_MIGRATE, sections.NODE, sections.DBMATE})


_ASIDE = frozenset({"SET", "RESET", "SELECT", "SHOW"})


class Migration(Struct, frozen=True, dict=True):
    r"""One file: its text in UTF-8, and the statements in it.

    `tool` is whose form it has, if any.  `wrapped`: that tool runs it in a transaction.  `encoding` and `mark` are
    what Python calls the encoding of the file, and the byte order mark before it.  `includes` are the files that \i
    reads; their statements stand among the `statements` where they are run, each under the name of its own file.
    `unread` is what cannot be told without running it.
    """

    name: str
    raw: bytes
    statements: tuple[Written, ...]
    tool: str = ""
    wrapped: bool = False
    encoding: str = "utf-8"
    mark: bytes = b""
    includes: tuple[Migration, ...] = ()
    unread: tuple[Unread, ...] = ()

    @cached_property
    def up(self) -> tuple[Written, ...]:
        """The statements that are run."""
        return tuple(one for one in self.statements if one.section is Section.UP)

    @property
    def own(self) -> tuple[Written, ...]:
        """The statements that stand in this very file."""
        return tuple(one for one in self.statements if one.file == self.name)

    @cached_property
    def transactions(self) -> tuple[tuple[Written, ...], ...]:
        """For each statement of `up` those of its transaction, itself among them; none where it is sent on its own."""
        return blocks(self.up, wrapped=self.wrapped)

    @cached_property
    def by_kind(self) -> Mapping[str, tuple[int, ...]]:
        """The numbers of the statements that are run, by the names of their nodes."""
        found: dict[str, list[int]] = {}
        for at, one in enumerate(self.up):
            if one.node is not None:
                found.setdefault(kind(one.node), []).append(at)
        return {name: tuple(numbers) for name, numbers in found.items()}

    @cached_property
    def altering(self) -> Mapping[str, tuple[int, ...]]:
        """The numbers of those that are ALTER TABLE, by the name of the table without its schema."""
        found: dict[str, list[int]] = {}
        for at in self.by_kind.get("AlterTableStmt", ()):
            node: Any = self.up[at].node
            found.setdefault(node.relation.relname, []).append(at)
        return {name: tuple(numbers) for name, numbers in found.items()}

    def block_of(self, at: int) -> tuple[Written, ...]:
        """The transaction of the statement with the number `at` among those that are run."""
        return self.transactions[at]

    @cached_property
    def settings(self) -> tuple[Settings, ...]:
        """For each statement of `up` the settings that the migration has made by then."""
        return tuple(in_force(self.up, wrapped=self.wrapped))

    @cached_property
    def whole(self) -> bool:
        """Whether all of it is done or nothing: it is one statement, or one transaction with nothing beside it that
        changes anything.
        """
        if self.wrapped or len(self.up) == 1:
            return True
        changing = [block for one, block in zip(self.up, self.transactions, strict=True) if _changes(one)]
        return bool(changing) and all(block and block[0] is changing[0][0] for block in changing)


def _changes(one: Written) -> bool:
    """Whether it may leave anything behind when the session ends."""
    return bool(one.words) and one.words[0] not in _ASIDE


def read(path: Path) -> Migration:
    """The migration at `path`.  Raises NotUnderstood with file and line."""
    return at_place(order.placed(path))


def read_all(paths: Iterable[Path]) -> tuple[Migration, ...]:
    """The migrations at `paths` and in their folders, in the order in which a tool or psql runs them.

    A file that another one includes is not read a second time.  Raises NotUnderstood.
    """
    paths = tuple(paths)
    found = {one.path.resolve(): at_place(one) for one in order.in_order(paths)}
    for path in paths:
        if path.is_file() and not found[path.resolve()].raw.strip():
            raise NotUnderstood(f"{path} is empty.", hint="Is it the file you mean?")
    included = {Path(one.name).resolve() for migration in found.values() for one in migration.includes}
    return tuple(migration for path, migration in found.items() if path not in included)


def taken_apart(raw: bytes, name: str) -> Migration:
    """`raw` as a migration called `name`; a path, where it includes files beside itself."""
    said = decoded(raw, name)
    if name.endswith(knex.ENDINGS):
        program = knex.read(said.text, name)
        made = Migration(name, said.text, program.statements, "knex", program.wrapped, unread=program.unread)
    else:
        made = _sql(said, name)
    return replace(made, encoding=said.encoding, mark=said.mark)


def written_back(migration: Migration, edits: Iterable[Edit]) -> bytes:
    """The file with `edits` made, in its own encoding and with its own line ends; all else is as it was.

    Raises NotWritten where its encoding has no sign for what an edit brings.
    """
    crlf = migration.raw.count(b"\r\n") * 2 > migration.raw.count(b"\n")
    ends = (replace(edit, text=_with_crlf(edit.text) if crlf else edit.text) for edit in edits)
    try:
        return Decoded(b"", migration.encoding, migration.mark).encoded(edited(migration.raw, ends))
    except UnicodeEncodeError as error:
        sign = error.object[error.start : error.end]
        raise NotWritten(
            f"{migration.name}: its encoding, {migration.encoding.upper()}, has no {sign!r}.",
            hint="Save the file as UTF-8 first.",
        ) from error


def _with_crlf(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\n", "\r\n")


def at_place(placed: Placed) -> Migration:
    """A file, whose name or folder may tell which way it leads."""
    path, section, tool = placed
    made = taken_apart(contents(path, str(path)), str(path))
    if section is not Section.UP:
        made = replace(made, statements=tuple(replace(one, section=section) for one in made.statements))
    return replace(made, tool=tool, wrapped=_is_wrapped(made, placed)) if tool and not made.tool else made


def _is_wrapped(made: Migration, placed: Placed) -> bool:
    """Whether the tool that runs files so named puts a transaction around them."""
    match placed.tool:
        case order.FLYWAY:
            told = _beside(placed.path.with_name(f"{placed.path.name}.conf"), "executeintransaction")
            return told != "false" and not any(map(_stands_alone, made.statements))
        case order.DIESEL:
            return _beside(placed.path.with_name("metadata.toml"), "run_in_transaction") != "false"
        case order.PAIRS:
            return True
    return False


def _beside(path: Path, key: str) -> str:
    """What a file of settings beside a migration says of `key`."""
    lines = path.read_text().splitlines() if path.is_file() else []
    pairs = (line.lower().partition("=") for line in lines)
    return next((value.strip() for name, _, value in pairs if name.strip() == key), "")


def _stands_alone(one: Written) -> bool:
    """What PostgreSQL refuses in a transaction, by how it begins; Flyway begins none then."""
    words = one.words
    return "CONCURRENTLY" in words or words[:1] == ("VACUUM",) or words[1:2] in (("DATABASE",), ("SYSTEM",))


def _sql(said: Decoded, name: str) -> Migration:
    parts = sections.parts(said.text)
    reading = Reading(salvaged=True, bound=True)
    statements = tuple(one for part in parts for one in _written(said, reading, name, part))
    includes = tuple(_included(file, name, statements) for name, file in reading.files.items())
    tool = next((part.tool for part in parts), "")
    made = Migration(name, said.text, statements, tool, includes=includes)
    return replace(made, wrapped=tool in _WRAPPING and _in_transaction(made, parts))


def _in_transaction(made: Migration, parts: Iterable[sections.Part]) -> bool:
    """dbmate sends a section as one message, and several statements in a message are a transaction in any case."""
    alone = any(part.alone for part in parts if part.section is Section.UP)
    return not alone or (made.tool == sections.DBMATE and len(made.up) > 1)


def _included(said: Decoded, name: str, statements: Iterable[Written]) -> Migration:
    own = tuple(one for one in statements if one.file == name)
    return Migration(name, said.text, own, encoding=said.encoding, mark=said.mark)


def _written(said: Decoded, reading: Reading, name: str, part: sections.Part) -> Iterator[Written]:
    """What sets the encoding of the file is left out where it has another than we send."""
    for cut in reading.file(said.text, name, part.start, part.end):
        if said.encoding == "utf-8" or cut.span.words[:2] not in _ENCODINGS:
            yield _statement(cut, reading, part.section)


def _statement(cut: Cut, reading: Reading, section: Section) -> Written:
    text, span, rows = cut
    original = text.original[span.start : span.end].decode()
    sent = reading.put_in(text.between(span)) if span.words else original
    return Written(
        text.name,
        span.start,
        span.end,
        original,
        text.line(span.start),
        text.column(span.start),
        span.words,
        section,
        rows,
        sent if sent != original else "",
    )
