"""Keys probed: the same one again, and one that refers to nothing."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from functools import partial

from seachange.catalog.facts.relations import Index, Table, TableConstraint
from seachange.catalog.ref import Ref
from seachange.postgres.probing import Answer
from seachange.postgres.supply import Row, insert, judged, spelled, written
from seachange.postgres.synthesis import NULL, Reference, Value
from seachange.sql import parse
from seachange.verify.refusals import Bench, Stored, Wrong, refused
from seachange.verify.verification import Aspect, Outcome, Probe

Try = Callable[[Bench], Probe]
DUPLICATE = frozenset({"23505", "23P01"})
"""A key with WITHOUT OVERLAPS speaks as an exclusion constraint."""
UNREFERRED = "foreign keys are put aside, since triggers let no row in"


def duplicate(index: Index, constraint: TableConstraint | None) -> Try:
    """The same key a second time, in a row that differs in its other keys."""
    about = constraint.ref if constraint else index.ref

    def tried(bench: Bench) -> Probe:
        key, names = _columns(bench, index), _with_parts(bench, index)

        def by(answer: Answer) -> bool:
            return answer.code in DUPLICATE and answer.constraint in names

        def wrongs(row: Row) -> Iterator[Wrong]:
            for first in _firsts(bench, row, index, key):
                still = partial(_equal, {column: first.stored[column] for column in key})
                for second in _seconds(bench, first, index, key):
                    pair = f"{insert(first)}; {insert(first, second)}"
                    yield Wrong(pair, still)

        return refused(bench, about, Aspect.REFUSES_DUPLICATE, wrongs, by=by)

    return tried


def _with_parts(bench: Bench, index: Index) -> set[str]:
    """The name of an index and those of its parts, which speak up for it where the table is partitioned."""
    names = {index.names}
    table = bench.catalog.get(Ref("table", index.table))
    while isinstance(table, Table) and table.partition_key:
        more = {one.names for one in bench.catalog.of(Index) if one.part_of in names} - names
        if not more:
            break
        names |= more
    return {one[-1] for one in names}


def _equal(key: Stored, stored: Stored) -> bool:
    return all(stored[column] == value for column, value in key.items())


def _columns(bench: Bench, index: Index) -> tuple[str, ...]:
    """The columns that an index looks at, also those within its expressions."""
    if bench.row is None:
        return ()
    named = {name for key in index.keys for name in parse.mentioned(key)}
    return tuple(one.name for one in bench.row.table.columns if one.name in index.columns or (one.name,) in named)


def _firsts(bench: Bench, row: Row, index: Index, key: tuple[str, ...]) -> Iterator[Row]:
    """The row with its key spelled out, and as the index must see it: without nulls, and what its condition asks."""
    chance = random.Random(index.names[-1])
    asked = parse.mentioned(index.predicate) if index.predicate else frozenset()
    loose = [one.name for one in row.table.columns if (one.name,) in asked]
    if not index.nulls_not_distinct:
        loose += [one for one in key if row.stored[one] is None]
    for turn in range(40):
        values: dict[str, Value] = {**row.values, **{one: written(row.stored[one]) for one in key}}
        for column in loose if turn else ():
            values[column] = chance.choice(bench.written(column) or (NULL,))
        answer = bench.probing.attempt(insert(Row(row.table, values, {})))
        if not answer.rows:
            continue
        _, _, *kept = answer.rows[0]
        stored = dict(zip((one.name for one in row.table.columns), kept, strict=True))
        if _is_seen(bench, row, index, key, stored):
            yield Row(row.table, values, stored)
        if not loose:
            return


def _is_seen(bench: Bench, row: Row, index: Index, key: tuple[str, ...], stored: Mapping[str, str | None]) -> bool:
    if not index.nulls_not_distinct and any(stored[one] is None for one in key):
        return False
    return not index.predicate or judged(row.table, [spelled(stored)], [index.predicate], bench.probing) == ((True,),)


def _seconds(bench: Bench, first: Row, index: Index, key: tuple[str, ...]) -> Iterator[Mapping[str, Value]]:
    """Changes that keep the key and give other unique indexes something else."""
    others = [one for one in bench.catalog.indexes_of(index.table) if one.unique and one.names != index.names]
    asked = parse.mentioned(index.predicate) if index.predicate else frozenset()
    kept = {*key, *(one.name for one in first.table.columns if (one.name,) in asked)}
    chance = random.Random(index.names[-1])
    if others:
        yield {}
    for turn in range(5):
        changes: dict[str, Value] = {}
        for other in others:
            for column in set(_columns(bench, other)).difference(kept):
                values = [one for one in bench.written(column) if one != first.values.get(column)]
                changes[column] = chance.choice((values if turn % 2 else values[:4]) or [NULL])
        yield changes


def orphan(constraint: TableConstraint) -> Try:
    """A foreign key whose values no row of the parent has."""
    own = constraint.names[-1]

    def by(answer: Answer) -> bool:
        return answer.code == "23503" and answer.constraint == own

    def tried(bench: Bench) -> Probe:
        if not bench.fired:
            return Probe(constraint.ref, Aspect.REFUSES_ORPHAN, Outcome.NOT_EXAMINABLE, said=UNREFERRED)

        def wrongs(row: Row) -> Iterator[Wrong]:
            for changes in _orphans(bench, row, constraint):
                yield Wrong(insert(row, changes), _is_orphan(bench, row, constraint, changes))

        return refused(bench, constraint.ref, Aspect.REFUSES_ORPHAN, wrongs, by=by)

    return tried


def _is_orphan(
    bench: Bench, row: Row, constraint: TableConstraint, changes: Mapping[str, Value]
) -> Callable[[Stored], bool]:
    """Whether what was stored refers to nothing: a trigger may have made what it refers to."""
    parent = Reference(constraint.references or (), constraint.columns, constraint.referenced_columns)

    def still(stored: Stored) -> bool:
        values = [written(stored[one]) for one in constraint.columns]
        return NULL not in values and not bench.supply.has(parent, values, after=insert(row, changes))

    return still


def _orphans(bench: Bench, row: Row, constraint: TableConstraint) -> Iterator[Mapping[str, Value]]:
    """All columns of the key changed, then each alone, which leaves other keys that share the rest as they are."""
    if constraint.references is None:
        return
    parent = Reference(constraint.references, constraint.columns, constraint.referenced_columns)
    choices = {
        one.name: tuple(bench.supply.unused(row.table, one))
        for one in row.table.columns
        if one.name in constraint.columns
    }
    parts = [constraint.columns, *([one] for one in constraint.columns if len(constraint.columns) > 1)]
    for turn in range(8):
        for part in parts:
            values: dict[str, Value] = {one: written(row.stored[one]) for one in constraint.columns}
            values |= {one: choices[one][turn % len(choices[one])] for one in part if choices.get(one)}
            if NULL not in values.values() and not bench.supply.has(parent, tuple(values.values())):
                yield values
