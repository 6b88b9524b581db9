"""Which statements of a script take effect together, which never do, and what is set meanwhile."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import groupby

from google.protobuf.message import Message
from msgspec import Struct
from msgspec.structs import replace

from seachange.adapt.draft import Draft, Drafts
from seachange.repairs.case import Line
from seachange.sql.blocks import closes, goes_on, opens
from seachange.sql.edit import Edit, edited
from seachange.sql.migration import Migration
from seachange.sql.nodes import (
    TRANS_STMT_BEGIN,
    TRANS_STMT_RELEASE,
    TRANS_STMT_ROLLBACK,
    TRANS_STMT_ROLLBACK_TO,
    TRANS_STMT_SAVEPOINT,
    TRANS_STMT_START,
    VAR_RESET,
    DiscardStmt,
    SelectStmt,
    TransactionStmt,
    VariableSetStmt,
)
from seachange.sql.parse import NotScanned, tokens
from seachange.sql.settings import Settings, in_force
from seachange.sql.written import Written

Numbered = tuple[int, Draft]

BEGINS = (TRANS_STMT_BEGIN, TRANS_STMT_START)
OURS = frozenset({"lock_timeout", "client_encoding"})
"""How long a step waits for its lock is said by who applies it; the text that we send is in UTF-8."""


class Said(Struct, frozen=True):
    """A statement of the script, by its number, and what is sent for it; `settings` are those in force before it."""

    number: int
    draft: Draft
    node: Message | None
    text: str
    settings: Settings


class Block(Struct, frozen=True):
    """What takes effect together: a transaction of the script, or of the tool that runs the file, or one statement."""

    said: tuple[Said, ...]

    @property
    def settings(self) -> tuple[tuple[str, str], ...]:
        """What the session has set when it begins."""
        return tuple(self.said[0].settings.items())

    @property
    def sets(self) -> bool:
        """Whether it sets something itself."""
        return any(isinstance(one.node, VariableSetStmt) or _configures(one.node, one.text) for one in self.said)


def blocks(drafts: Drafts) -> Iterator[Block]:
    """In their order, without what the script itself takes back."""
    wrapped = frozenset(one.name for one in drafts.migrations if one.wrapped)
    for home, group in groupby(_placed(drafts), key=lambda one: one[0]):
        yield from _of_file([numbered for _, numbered in group], wrapped=home in wrapped)


def left_open(migration: Migration) -> Written | None:
    """The BEGIN of a transaction that the file does not end."""
    opened: Written | None = None
    for one in migration.up:
        if opens(one) and not migration.wrapped:
            opened = opened or one
        elif closes(one):
            opened = one if goes_on(one) and opened else None
    return opened


def _placed(drafts: Drafts) -> Iterator[tuple[str, Numbered]]:
    """Each with its number, and the file in which it is run, which for one that was moved is not its own."""
    home = drafts.all[0].written.file if drafts.all else ""
    for number, draft in enumerate(drafts.all):
        if not draft.moved:
            home = draft.written.file
        yield home, (number, draft)


def _of_file(drafts: Sequence[Numbered], *, wrapped: bool) -> Iterator[Block]:
    found = _Blocks(within=wrapped)
    for one in _said(drafts, wrapped=wrapped):
        yield from found.hears(one)
    yield from found.ends()


class _Blocks:
    """The transaction that is open, and its savepoints."""

    def __init__(self, *, within: bool) -> None:
        self._within = within
        self._open: list[Said] = []
        self._points: list[tuple[str, int]] = []

    def hears(self, one: Said) -> Iterator[Block]:
        """What took effect with it."""
        if isinstance(one.node, TransactionStmt):
            yield from self._turns(one.node)
        elif self._within:
            self._open.append(one)
        elif one.text and not _only_sets(one):
            yield Block((one,))

    def _turns(self, node: TransactionStmt) -> Iterator[Block]:
        match node.kind:
            case kind if kind in BEGINS:
                self._within = True
            case kind if kind == TRANS_STMT_SAVEPOINT:
                self._points.append((node.savepoint_name, len(self._open)))
            case kind if kind in (TRANS_STMT_RELEASE, TRANS_STMT_ROLLBACK_TO):
                self._goes_back(node.savepoint_name, taken_back=kind == TRANS_STMT_ROLLBACK_TO)
            case kind:
                if kind == TRANS_STMT_ROLLBACK:
                    self._open = []
                yield from self.ends()
                self._within = bool(node.chain)

    def _goes_back(self, name: str, *, taken_back: bool) -> None:
        at = max((n for n, (point, _) in enumerate(self._points) if point == name), default=None)
        if at is None:
            return
        if taken_back:
            del self._open[self._points[at][1] :]
        del self._points[at + taken_back :]

    def ends(self) -> Iterator[Block]:
        """What is open takes effect: a tool commits it, or we do."""
        said = tuple(replace(one, text=text) for one in self._open if (text := _sent(one)))
        self._open, self._points = [], []
        if said:
            yield Block(said)


def _said(drafts: Sequence[Numbered], *, wrapped: bool) -> Iterator[Said]:
    lines = [Line(draft.written, draft.text) for _, draft in drafts]
    asked = [_written(line) for line in lines]
    for (number, draft), line, settings in zip(drafts, lines, in_force(asked, wrapped=wrapped), strict=True):
        kept = {name: value for name, value in settings.items() if name not in OURS}
        yield Said(number, draft, line.node if line.text else None, line.text, kept)


def _written(line: Line) -> Written:
    """The statement as it stands now."""
    return replace(line.written, text=line.text, sent="", words=tuple(_words(line.text)))


def _words(text: str) -> Iterator[str]:
    with suppress(NotScanned):
        yield from (word.text.upper() for word in tokens(text)[:MANY])


MANY = 8
"""Words by which a statement is told from others."""


def _only_sets(one: Said) -> bool:
    """Whether it is only heard by the session: the plan says of each of its transactions what is set there."""
    return isinstance(one.node, VariableSetStmt | DiscardStmt) or _configures(one.node, one.text)


def _configures(node: Message | None, text: str) -> bool:
    """Whether it is a SELECT of set_config and of nothing else."""
    if not isinstance(node, SelectStmt) or "set_config" not in text.lower() or node.from_clause:
        return False
    return all(target.res_target.val.WhichOneof("node") == "func_call" for target in node.target_list)


def _sent(one: Said) -> str:
    """Within a transaction: what is set for the session is set for the rest of this one, and said anew for the next."""
    node = one.node
    if not isinstance(node, VariableSetStmt):
        return one.text
    if node.name.lower() in OURS:
        return ""
    return one.text if node.is_local else _locally(one.text, node)


def _locally(text: str, node: VariableSetStmt) -> str:
    if node.kind == VAR_RESET:
        return f"SET LOCAL {node.name} TO DEFAULT"
    found = tokens(text)
    words = [word.text.upper() for word in found[:3]]
    if words[:1] != ["SET"] or "CHARACTERISTICS" in words or words[1:2] == ["TRANSACTION"]:
        return text
    instead = words[1] == "SESSION" and words[2] != "AUTHORIZATION"
    at = Edit(found[1].start, found[1].end, "LOCAL") if instead else Edit(found[0].end, found[0].end, " LOCAL")
    return edited(text.encode(), [at]).decode()
