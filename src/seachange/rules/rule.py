"""What a rule is: how one kind of object comes, goes and changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import Generic, TypeAlias, TypeVar

import msgspec

from seachange.catalog.catalog import Catalog
from seachange.catalog.facts import Fact, Path
from seachange.catalog.facts.relations import ForeignTable, Table
from seachange.catalog.ref import Ref
from seachange.step import Held, Step

F = TypeVar("F", bound=Fact)
Steps: TypeAlias = Iterable[Step]

SMALL_ROWS = 10_000
SMALL_BYTES = 8 * 1024 * 1024
"""A table below both is read and written anew faster than anybody waits for a lock."""


class Size(msgspec.Struct, frozen=True):
    """How much a table holds: rows as the server estimates them, bytes with indexes and TOAST."""

    rows: int
    bytes: int


class Restores(msgspec.Struct, frozen=True):
    """What comes back from the quarantine, where it waits under names that end with `label`.

    `moved` are tables, sequences and types with all that went with them; of these, `as_text` are columns whose values
    wait as text, `plain` are generated columns that wait without their expression.  `copied` are columns whose values
    wait beside the key of their rows, by the columns of that key.  `names` are those that columns had when they were
    put away, where they have others now.
    """

    label: str = ""
    moved: frozenset[Ref] = frozenset()
    as_text: frozenset[Ref] = frozenset()
    plain: frozenset[Ref] = frozenset()
    copied: Mapping[Ref, tuple[str, ...]] = {}
    names: Mapping[Ref, Path] = {}


class Wishes(msgspec.Struct, frozen=True):
    """What the person who asked for the plan decided.

    `usings` are expressions for columns whose values no cast converts.  `quarantine` is the label that names of
    what is put aside end with; empty: what goes is dropped.  `role` is who will apply the plan.  `restores` is what an
    undo takes back out of the quarantine.
    """

    online: bool = True
    quarantine: str = ""
    usings: Mapping[Ref, str] = {}
    role: str = ""
    restores: Restores = Restores()


@dataclass(frozen=True)
class Context:
    """What a rule may look at: both states, what is wished, how large tables are, and what comes and goes.

    `goes` is all that is dropped, `comes` all that is created; what is in both is built anew.  `plainly`: what is
    changed within a larger transaction, where nothing can be done concurrently.
    """

    current: Catalog
    desired: Catalog
    version: int = 0
    wishes: Wishes = field(default_factory=Wishes)
    sizes: Mapping[Path, Size] = field(default_factory=dict)
    goes: frozenset[Ref] = frozenset()
    comes: frozenset[Ref] = frozenset()
    plainly: frozenset[Ref] = frozenset()

    def stays(self, ref: Ref) -> bool:
        """It is there before and after, and not built anew between."""
        return ref in self.current and ref in self.desired and ref not in self.goes

    def restored(self, ref: Ref) -> bool:
        """It is not made, but comes back from the quarantine."""
        return ref in self.wishes.restores.moved

    def has(self, version: int) -> bool:
        """The server's major version is at least this one."""
        return self.version // 10000 >= version

    def busy(self, table: Path) -> bool:
        """Whether others work with the table meanwhile, and it is too large for them to wait."""
        if not self.wishes.online or not any(self.stays(Ref(kind, table)) for kind in ROWS):
            return False
        size = self.sizes.get(table)
        return size is None or size.rows > SMALL_ROWS or size.bytes > SMALL_BYTES

    def apart(self, table: Path, ref: Ref) -> bool:
        """Whether `ref` on this table may take several transactions: others use the table, and nothing else that is
        built anew must be seen together with it.
        """
        return ref not in self.plainly and self.busy(table)

    def heirs(self, table: Path, catalog: Catalog | None = None) -> Iterator[Path]:
        """The tables below `table`, near and far: its partitions, and what inherits from it."""
        children = self._children_desired if catalog is self.desired else self._children_current
        for child in children.get(table, ()):
            yield child
            yield from self.heirs(child, catalog)

    @cached_property
    def _children_current(self) -> Mapping[Path, list[Path]]:
        return children(self.current)

    @cached_property
    def _children_desired(self) -> Mapping[Path, list[Path]]:
        return children(self.desired)


ROWS = ("table", "materialized view", "foreign table")
"""Kinds of relations that hold rows."""


def children(catalog: Catalog) -> Mapping[Path, list[Path]]:
    """The tables directly below each table: partitions, and what inherits."""
    found: dict[Path, list[Path]] = {}
    tables: Iterator[Table | ForeignTable] = chain(catalog.of(Table), catalog.of(ForeignTable))
    for table in tables:
        for parent in table.parents:
            found.setdefault(parent, []).append(table.names)
    return {parent: sorted(below) for parent, below in found.items()}


Users: TypeAlias = Callable[[Fact], bool]
"""Tells which of the users of an object are meant."""


def nobody(user: Fact) -> bool:
    """None of the users."""
    return False


def everybody(user: Fact) -> bool:
    """All users."""
    return True


def always(old: Fact, new: Fact, around: Context) -> bool:
    """PostgreSQL can make the change in place, whatever it is."""
    return True


def of(*kinds: str) -> Users:
    """The users of these kinds."""
    return lambda user: user.ref.kind in kinds


@dataclass(frozen=True)
class Alteration(Generic[F]):
    """How one field changes in place, and which kinds of user must stand aside while it does.

    `disturbs` tells which users PostgreSQL does not tolerate meanwhile: they are built anew.  `awaits` tells which
    users must be gone before, if they go anyway.  `possible` tells whether PostgreSQL can make this very change in
    place; where it cannot, the object is built anew.  Fields with the same `steps` are changed by one call of it.
    """

    steps: Callable[[F, F, Context], Steps]
    disturbs: Users = nobody
    awaits: Users = nobody
    possible: Callable[[F, F, Context], bool] = always


def shell_of(ref: Ref) -> Ref:
    """The address of what stands for an object that is not defined yet."""
    return Ref(ref.kind, ref.names, (*ref.args, "shell"))


class Rebuild:
    """PostgreSQL cannot change this field in place: the object is dropped and created anew."""


REBUILD = Rebuild()


@dataclass(frozen=True)
class Rule(Generic[F]):
    """How one kind of object is created, dropped and altered.

    `alter` has an entry for every field of the kind that makes a difference.  `create` and `drop` yield nothing where
    another object's step does it, and that step names it among what it makes or takes.

    `space`: kinds of one space cannot have two objects of the same name.  `holds` are the kinds of its parts, which are
    found inside it by their names.  `later`: kinds that it leans on only by a step that comes after its creation.
    `carry` says how an object that holds data outlives the rebuilding of something it needs: a column whose type is
    built anew.  `aside` puts an object out of the
    way under another name instead of dropping it, for as long as what is carried still needs it, and then drops it.
    `whole` is the object that is built anew in its stead: a column, for the expression that generates it.  `displaces`
    are objects that must be built anew, or go, for this one to be created.  `shell`: it may need functions that need
    it.  Its rule makes `shell_of` it by a step of its own, which is all that these wait for, and they go along with it.
    `going` are the locks that PostgreSQL takes on others when it goes, by itself or along with another.
    `lasts`: where it is built anew, the old one is there until its rows have been brought over.
    `born` tells whether what is said of an object comes with it unasked.  `hides` is its text
    into which PostgreSQL does not look: what that names is recorded nowhere.
    """

    create: Callable[[F, Context], Steps]
    drop: Callable[[F, Context], Steps]
    alter: Mapping[str, Alteration[F] | Rebuild]
    space: str = ""
    holds: frozenset[str] = frozenset()
    later: frozenset[str] = frozenset()
    carry: Callable[[F, F, Context], Steps] | None = None
    aside: Callable[[F, Context], Steps] | None = None
    whole: Callable[[F, Context], Ref] | None = None
    born: Callable[[F, Context], bool] | None = None
    displaces: Callable[[F, Context], Iterable[Ref]] | None = None
    shell: bool = False
    lasts: bool = False
    going: Callable[[F, Context], Iterable[Held]] | None = None
    hides: Callable[[F], str] | None = None
