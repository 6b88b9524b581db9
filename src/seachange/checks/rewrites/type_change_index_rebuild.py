"""ALTER COLUMN TYPE builds indexes anew where the new type is sorted by other rules, though no row is written.

`timestamp` to `timestamptz` in UTC, `text` to `citext`, another collation: the rows stay as they are, but every index
with the column in it is built anew under ACCESS EXCLUSIVE, which takes as long as the index is large.  An index on an
expression or with a condition on the column is built anew in any case.  Dropped before and built concurrently
afterwards, it keeps nobody waiting; queries do without it meanwhile.
"""

from __future__ import annotations

from collections.abc import Sequence

from seachange.catalog.facts.relations import Index
from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.doing.columns import Retyped, rebuilt, rewrites
from seachange.checks.rewriting import changes, own, weight
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.quote import name


def _look(written: Written, around: Around) -> Remarks:
    for change in changes(around):
        found = list(rebuilt(change, around.world))
        if not found or rewrites(change, around.world) or not around.effects.builds:
            continue
        names = ", ".join(spelled(index.names) for index in found)
        yield Remark(
            message=f"The indexes on {name(change.name)} of {spelled(change.table)} are built anew ({names}), and "
            "nobody can use the table meanwhile.",
            about=spelled(change.table),
            advice="Drop them concurrently before the change, and build them concurrently after it.",
            safe=_safe(change, found),
            severity=weight(change.table, around, Severity.WARNING),
        )


def _safe(change: Retyped, found: Sequence[Index]) -> str:
    plain = [index for index in found if not index.constraint]
    return own(
        "\n".join(f"DROP INDEX CONCURRENTLY {spelled(index.names)};" for index in plain),
        f"ALTER TABLE {spelled(change.table)} ALTER COLUMN {name(change.name)} TYPE {change.type};",
        "\n".join(_built(index) for index in plain),
    )


def _built(index: Index) -> str:
    keys = ", ".join(index.keys or (name(each) for each in index.columns))
    where = f" WHERE {index.predicate}" if index.predicate else ""
    unique = "UNIQUE " if index.unique else ""
    table = spelled(index.table)
    return f"CREATE {unique}INDEX CONCURRENTLY {name(index.names[-1])} ON {table} USING {index.method} ({keys}){where};"


CHECK = Check(
    name="type-change-index-rebuild",
    code="RW10",
    severity=Severity.WARNING,
    needs=frozenset({Needs.CATALOG}),
    summary="ALTER COLUMN TYPE that builds the column's indexes anew",
    kinds=("AT_AlterColumnType",),
    statement=_look,
)
