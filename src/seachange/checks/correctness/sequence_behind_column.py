"""A sequence that stands behind its column gives numbers that are taken, and the next INSERT fails (23505).

That comes of rows that were loaded with their numbers: COPY, a restore of data alone, INSERT with an explicit key.  The
sequence does not hear of those.  Where the column is not unique, two rows share a number.

Set the sequence to the largest number of the column.
"""

from __future__ import annotations

from collections.abc import Iterator

from seachange.catalog.catalog import Catalog
from seachange.catalog.facts.relations import Sequence, Table
from seachange.catalog.ref import Ref
from seachange.checks.around import State
from seachange.checks.check import Check, Needs, Question, Remark, Remarks
from seachange.checks.named import shown
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.quote import literal, name, path

_HIGHEST = {"smallint": 32767, "integer": 2147483647, "bigint": 9223372036854775807}


def _state(state: State) -> Remarks:
    queries = list(_queries(state.catalog))
    if queries:
        yield Remark(
            message="Where sequences stand beside their columns, only the database knows.",
            advice="Set the sequence to the largest number of the column.",
            asks=Question("\nunion all\n".join(queries)),
        )


def _queries(catalog: Catalog) -> Iterator[str]:
    """One for each column that a rising sequence of its own feeds.  Of a partitioned table, all rows count."""
    for sequence in catalog.of(Sequence):
        owner, column = sequence.owned_by, sequence.owned_by_column
        if owner and column and sequence.increment > 0 and not sequence.cycle and _fed(catalog, (*owner, column)):
            yield _query(sequence, owner, column)


def _fed(catalog: Catalog, column: tuple[str, ...]) -> bool:
    table = catalog.get(Ref("table", column[:-1]))
    fact = catalog.get(Ref("table column", column))
    return isinstance(table, Table) and getattr(fact, "type", "") in (*_HIGHEST, "numeric")


def _query(sequence: Sequence, owner: tuple[str, ...], column: str) -> str:
    """Only numbers that the sequence can give count."""
    highest = sequence.maximum or _HIGHEST.get(sequence.type, _HIGHEST["bigint"])
    lowest = sequence.minimum if sequence.minimum is not None else 1
    message = f"The next number of {spelled(sequence.names)} is one that {spelled((*owner, column))} has, or behind it."
    coming = f"last_value::numeric + case when is_called then {sequence.increment} else 0 end"
    return (
        f"select {literal(spelled(owner))}, {literal(message)} from {shown(sequence.names)} s"
        f" where s.{coming.replace('is_called', 's.is_called')} <= (select max({name(column)}) from {path(owner)}"
        f" where {name(column)} between {lowest} and {highest})"
    )


CHECK = Check(
    name="sequence-behind-column",
    code="CO15",
    severity=Severity.ERROR,
    needs=frozenset({Needs.DATA}),
    summary="sequences that give numbers which are taken",
    state=_state,
    same_as=("advisor sequence-behind-column",),
)
