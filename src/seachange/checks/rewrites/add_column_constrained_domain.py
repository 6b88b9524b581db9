"""ADD COLUMN of a domain that has rules of its own writes the whole table anew, even where the column is null.

PostgreSQL 14 to 18 ask the domain for every row what it thinks of the new value, be it NULL or a constant, and do so by
copying the table under ACCESS EXCLUSIVE.  A domain without constraints takes an instant.  The type below the domain,
with a CHECK that is validated later, says the same and lets others work on.
"""

from __future__ import annotations

from seachange.catalog.facts.types import Domain
from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.doing.columns import domain_of, is_constrained
from seachange.checks.rewriting import Addition, additions, is_rewritten, own, weight
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.quote import name


def _look(written: Written, around: Around) -> Remarks:
    for each in additions(around):
        domain = domain_of(each.new.column, around.world)
        if domain is None or not is_constrained(domain, around.world) or not is_rewritten(each.table, around):
            continue
        yield Remark(
            message=f"{spelled(domain.names)} is asked about {each.column} of every row of {spelled(each.table)}: the "
            "table and its indexes are written anew, and nobody can use it meanwhile.",
            about=spelled(each.table),
            at=each.new.column.location,
            advice=f"Use {domain.type}, with the domain's condition as a CHECK that is validated later.",
            safe=_safe(each, domain),
            severity=weight(each.table, around, Severity.ERROR),
        )


def _safe(each: Addition, domain: Domain) -> str:
    table, label = spelled(each.table), name(f"{each.table[-1]}_{each.new.column.colname}_check")
    return own(
        f"ALTER TABLE {table} ADD COLUMN {each.column} {domain.type};\n"
        f"ALTER TABLE {table} ADD CONSTRAINT {label} "
        f"CHECK ({each.column} IS NULL OR {each.column} IS NOT DISTINCT FROM {each.column}::{spelled(domain.names)}) "
        "NOT VALID;",
        f"ALTER TABLE {table} VALIDATE CONSTRAINT {label};",
    )


CHECK = Check(
    name="add-column-constrained-domain",
    code="RW04",
    severity=Severity.ERROR,
    needs=frozenset({Needs.STATEMENT, Needs.CATALOG}),
    summary="ADD COLUMN of a domain with constraints",
    kinds=("AT_AddColumn",),
    statement=_look,
)
