"""Facts that come and go together: what a relation has of its own, and how it is moved to another name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from google.protobuf.message import Message
from msgspec.structs import replace

from seachange.catalog.facts import Fact, Path
from seachange.catalog.facts.relations import ForeignTable, Index, Table, TableConstraint
from seachange.catalog.facts.relations import Sequence as SequenceFact
from seachange.catalog.ref import Ref
from seachange.checks.past import Change
from seachange.checks.world import World
from seachange.sql import tree

Changes = dict[Ref, Change]


def made(*facts: Fact) -> Changes:
    """The script makes them."""
    return {fact.ref: Change(fact, new=True) for fact in facts}


def changed(*facts: Fact) -> Changes:
    """They are as these say; whether the script made them does not change."""
    return {fact.ref: Change(fact) for fact in facts}


def gone(*refs: Ref) -> Changes:
    return {ref: Change(None, new=False) for ref in refs}


def names(parts: Iterable[Message]) -> Path:
    """The words of a list of strings in a statement."""
    return tuple(str(getattr(tree.inner(part), "sval", "")) for part in parts)


def placed(path: Path, world: World) -> Path:
    """Where something is made whose name is written so."""
    return path[-2:] if len(path) > 1 else (world.home, *path)


def belongings(relation: Path, world: World) -> Iterator[Fact]:
    """What goes and moves with a relation: its parts, its indexes, the sequences of its columns."""
    yield from world.parts(relation)
    yield from world.indexes(relation)
    yield from world.owned(relation)


def without(relation: Path, world: World) -> Changes:
    """The relation is gone, with all that it has."""
    fact = world.at(relation)
    refs = [each.ref for each in belongings(relation, world)]
    return gone(*refs, *([fact.ref] if fact else ()))


def moved(relation: Path, to: Path, world: World) -> Changes:
    """A relation has another address, and so has all that knew it by the old one."""
    fact = world.at(relation)
    changes: Changes = {}
    if fact is not None:
        changes |= _at(fact, to, world)
    for part in world.parts(relation):
        changes |= _at(part, (*to, part.names[-1]), world)
    for each in (*world.indexes(relation), *world.owned(relation)):
        owner = {"owned_by": to} if isinstance(each, SequenceFact) else {"table": to}
        changes |= _at(each, (to[0], each.names[-1]), world, **owner)
    for child in world.children(relation):
        changes |= changed(*_below(child, relation, to, world))
    return changes | _referring_to(relation, to, changes, world)


def _referring_to(relation: Path, to: Path, changes: Changes, world: World) -> Changes:
    """The foreign keys to it, of which its own have moved already."""
    found: Changes = {}
    for key in world.referring(relation):
        place = Ref("table constraint", (*to, key.names[-1]))
        own = changes[place].fact if key.names[:-1] == relation else key
        assert isinstance(own, TableConstraint)
        new = replace(own, references=to)
        found[new.ref] = Change(new, new=changes[place].new if own is not key else None)
    return found


def _below(child: Path, relation: Path, to: Path, world: World) -> Iterator[Fact]:
    fact = world.at(child)
    if isinstance(fact, Table | ForeignTable):
        yield replace(fact, parents=tuple(to if each == relation else each for each in fact.parents))


def _at(fact: Fact, path: Path, world: World, **more: object) -> Changes:
    moment = world.past.at(fact.ref, world.time)
    new = replace(fact, names=path, **more)
    changes = gone(fact.ref)
    changes[new.ref] = Change(new, new=bool(moment and moment.new))
    return changes


def part_of_index(index: Index, table: Path, world: World) -> Changes:
    """What a partition gets for an index on the table above it, with the constraint that the index keeps."""
    constraint = world.constraint(index.table, index.names[-1])
    if constraint is not None and constraint.type == "primary key":
        label = chosen(table, ("pkey",), world, relation=True)
    else:
        end = "idx" if constraint is None else "excl" if constraint.type == "exclusion" else "key"
        label = chosen(table, (*(each or "expr" for each in index.columns), end), world, relation=True)
    own = [replace(constraint, names=(*table, label))] if constraint is not None else []
    return made(replace(index, names=(table[0], label), table=table, part_of=index.names), *own)


def columns_in(node: Message) -> tuple[str, ...]:
    """The columns named in an expression, each once."""
    found = (each for each in tree.walk(node) if each.DESCRIPTOR.name == "ColumnRef")
    return tuple(dict.fromkeys(name for each in found for name in names(each.fields)[-1:] if name))


def renamed_in(text: str, old: str, new: str) -> str:
    """An expression with a column by another name."""
    node = tree.expression(text)
    if node is None:
        return text
    copy = type(node)()
    copy.CopyFrom(node)
    for each in tree.walk(copy):
        if each.DESCRIPTOR.name == "ColumnRef" and names(each.fields)[-1:] == (old,):
            each.fields[-1].string.sval = new
    return tree.text(copy) or text


def chosen(table: Path, parts: Sequence[str], world: World, *, relation: bool = False) -> str:
    """The name that PostgreSQL gives to what has none: the first that is free."""
    wanted = "_".join((table[-1], *parts))
    number = 0
    while True:
        label = f"{wanted}{number or ''}"
        taken = world.at((table[0], label)) if relation else world.get(Ref("table constraint", (*table, label)))
        if taken is None:
            return label
        number += 1
