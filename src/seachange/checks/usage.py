"""Who else uses what a statement works on: nobody, as long as the transaction that made it is open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import inf
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from seachange.catalog.facts import Path
from seachange.catalog.facts.relations import Table
from seachange.catalog.ref import Ref
from seachange.checks.around import Around
from seachange.checks.past import RELATIONS
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.rules.rule import SMALL_BYTES, SMALL_ROWS
from seachange.sql.migration import Migration
from seachange.sql.nodes import (
    TRANS_STMT_BEGIN,
    TRANS_STMT_COMMIT,
    TRANS_STMT_ROLLBACK,
    TRANS_STMT_ROLLBACK_TO,
    TRANS_STMT_SAVEPOINT,
    TRANS_STMT_START,
    CreateStmt,
    CreateTableAsStmt,
    SelectStmt,
    TransactionStmt,
)

_BACK = frozenset({TRANS_STMT_ROLLBACK, TRANS_STMT_ROLLBACK_TO})
_ENDS = frozenset({TRANS_STMT_BEGIN, TRANS_STMT_START, TRANS_STMT_COMMIT, TRANS_STMT_ROLLBACK})


class Created(Struct, frozen=True):
    """A relation that a script makes: by the statement of that number, under the name that is written there.

    `until` is the number of the ROLLBACK that takes it back, if there is one.
    """

    at: int
    named: Any
    unless_there: bool
    until: float = inf


def is_fresh(names: Path, around: Around) -> bool:
    """Whether the transaction of the statement made this relation itself, so that nobody else has seen it yet."""
    first = around.at - len(around.before)
    return any(made.at >= first for made in _made(names, around))


def weight(names: Path, around: Around, usual: Severity = Severity.ERROR) -> Severity | None:
    """How much it matters that a relation is locked while work is done: not at all where nobody else can use it, little
    where it is small, or where the script has made it.
    """
    if is_fresh(names, around):
        return None
    world = around.world
    if any(_made(names, around)) or (world.known and world.is_new(names)) or is_small(names, around):
        return Severity.NOTE
    return None if world.known and world.at(names) is None else usual


def labour(names: Path, around: Around) -> Severity | None:
    """The same of a table on which the statement takes as long as it is large; None where it leaves rows alone."""
    found = weight(names, around)
    if found is None or any(_made(names, around)) or around.world.is_new(names):
        return found
    return found if around.effects.works.intersection(around.world.family(names)) else None


def is_small(names: Path, around: Around) -> bool:
    """Whether work on a table is done before anybody notices; of a table with partitions that is not known."""
    size = around.sizes.get(names)
    if size is None or is_partitioned(names, around):
        return False
    return 0 <= size.rows <= SMALL_ROWS and size.bytes <= SMALL_BYTES


def is_partitioned(names: Path, around: Around) -> bool:
    fact = around.world.at(names)
    return isinstance(fact, Table) and fact.partition_key is not None


def leaves(names: Path, around: Around) -> tuple[Path, ...]:
    """The partitions of a table that hold rows themselves."""
    below = around.world.family(names)
    return tuple(each for each in below if each != names and not is_partitioned(each, around))


def reason(names: Path, around: Around) -> str:
    """Why it matters little, as a sentence to go on with; nothing where it does not."""
    if is_small(names, around):
        return f" With {around.sizes[names].rows} rows that is short."
    if any(_made(names, around)):
        return f" The script itself made {spelled(names)}, but others may use it since that was committed."
    return ""


def is_live(names: Path, around: Around) -> bool:
    """Whether others may be using a relation now."""
    return weight(names, around) is not None


def in_block(around: Around) -> bool:
    """Whether the statement is sent in a transaction block, where what works concurrently is refused."""
    return bool(around.transaction)


def _made(names: Path, around: Around) -> Iterator[Created]:
    """By which statements before this one the script makes a relation."""
    for made in _creations(around.script).get(names[-1], ()):
        skipped = made.unless_there and _was_there(names, around)
        if made.at < around.at <= made.until and not skipped and names in around.world.paths(made.named):
            yield made


def _was_there(names: Path, around: Around) -> bool:
    catalog = around.world.catalog
    return catalog is not None and any(Ref(kind, names) in catalog for kind in RELATIONS)


def _creations(script: Migration) -> Mapping[str, list[Created]]:
    known: dict[str, list[Created]] | None = script.__dict__.get("creations")
    if known is None:
        known = script.__dict__["creations"] = {}
        for made in _kept(script):
            known.setdefault(made.named.relname, []).append(made)
    return known


def _kept(script: Migration) -> list[Created]:
    """What is made, and until when, as far as a ROLLBACK takes it back."""
    found: list[Created] = []
    points: list[tuple[str, int]] = [("", 0)]
    for at, written in enumerate(script.up):
        match written.node:
            case TransactionStmt() as control:
                points = _points(control, points, len(found))
                if control.kind in _BACK:
                    since = points[-1][1]
                    found[since:] = [replace(one, until=min(one.until, at)) for one in found[since:]]
                if control.kind in _ENDS:
                    points = [("", len(found))]
            case None:
                continue
            case node:
                found += _created(node, at)
    return found


def _points(control: Any, points: list[tuple[str, int]], count: int) -> list[tuple[str, int]]:
    """The savepoints with how much had been made by then; the first stands for the transaction itself."""
    if control.kind == TRANS_STMT_SAVEPOINT:
        return [*points, (control.savepoint_name, count)]
    if control.kind == TRANS_STMT_ROLLBACK_TO:
        known = [at for at, (name, _) in enumerate(points) if name == control.savepoint_name]
        return points[: known[-1] + 1] if known else points
    return points[:1]


def _created(node: Any, at: int) -> Iterator[Created]:
    match node:
        case CreateStmt():
            yield Created(at, node.relation, node.if_not_exists)
        case CreateTableAsStmt():
            yield Created(at, node.into.rel, node.if_not_exists)
        case SelectStmt() if node.HasField("into_clause"):
            yield Created(at, node.into_clause.rel, False)
