"""A statement that was refused, with all that a repair may look at or try."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

from google.protobuf.message import Message
from msgspec import Struct

from seachange.catalog.catalog import Catalog
from seachange.repairs.refusal import Refusal
from seachange.sql import tree
from seachange.sql.migration import Written

Rows = tuple[tuple[object, ...], ...]


class Line(Struct, frozen=True, dict=True):
    """A statement of the script as it stands now; `added`: one that was added for the statement `written`."""

    written: Written
    text: str
    added: bool = False

    @cached_property
    def node(self) -> Message | None:
        """As the grammar sees it; None where it does not know it."""
        try:
            return tree.tree(self.text)
        except tree.NotParsed:
            return None


class Copy(Struct, frozen=True):
    """The scratch copy just before the refused statement, asked when somebody wants to know.

    `catalog` reads its state.  `ask` gives the rows of a query, or the refusal.  `what_if` runs statements, gives the
    state that they lead to, or what was said against one of them, and takes them back.
    """

    catalog: Callable[[], Catalog]
    ask: Callable[[str], Rows | Refusal]
    what_if: Callable[[Sequence[str]], Catalog | Refusal]


class Case(Struct, frozen=True, dict=True):
    """A statement that was refused.

    `number` is its place in `lines`, which are the statements of the whole script in the order in which they are run.
    `before` is the state of the target before the script.  `maps` are the names that somebody gave for what the script
    names otherwise.  `extensions` are those that could be installed.  `lost` are the numbers of statements before it
    that are still refused: what needs them fails for want of them.
    """

    number: int
    lines: Sequence[Line]
    copy: Copy
    before: Catalog
    maps: Mapping[str, str] = {}
    extensions: frozenset[str] = frozenset()
    version: int = 0
    lost: frozenset[int] = frozenset()

    @property
    def line(self) -> Line:
        return self.lines[self.number]

    @property
    def text(self) -> str:
        return self.line.text

    @property
    def node(self) -> Message | None:
        return self.line.node

    @property
    def later(self) -> Sequence[Line]:
        return self.lines[self.number + 1 :]

    @cached_property
    def catalog(self) -> Catalog:
        """The state just before the statement."""
        return self.copy.catalog()

    @cached_property
    def search_path(self) -> tuple[str, ...]:
        """The schemas in which names without one are looked for; the first is where new objects go."""
        found = self.copy.ask("select unnest(current_schemas(false))::text")
        return () if isinstance(found, Refusal) else tuple(str(row[0]) for row in found)
