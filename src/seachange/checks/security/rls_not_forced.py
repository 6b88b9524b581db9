"""A table's owner passes by its row security, since it is not forced.

Policies do not hold for the owner of a table.  Where the application logs in as the role that owns its tables, as it
does whenever it runs its own migrations, row security protects from nobody.  FORCE ROW LEVEL SECURITY makes the owner
subject to the policies as well; the other way is a role for the application that owns nothing.

Superusers and roles with BYPASSRLS pass in any case, so that tables of theirs are not told here.
"""

from __future__ import annotations

from collections.abc import Iterable

from seachange.catalog.facts.relations import Table
from seachange.checks.around import Around, State
from seachange.checks.check import Check, Needs, Question, Remark, Remarks
from seachange.checks.judging import brought
from seachange.checks.row_security import is_exempt
from seachange.checks.whole import Whole
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.quote import literal, path

ASKED = """
select format('%s', w.named), format('The policies of %s do not hold for its owner, %s.', w.named, r.rolname)
from unnest(array[{tables}], array[{named}]) as w (at, named)
join pg_class c on c.oid = to_regclass(w.at)
join pg_roles r on r.oid = c.relowner
where not r.rolsuper and not r.rolbypassrls
"""
ADVICE = "Force it, or have the application log in as a role that owns nothing."


def _state(state: State) -> Remarks:
    yield from _judged(state.whole.of(Table), state.whole)


def _look(written: Written, around: Around) -> Remarks:
    del written
    if around.world.known:
        yield from _judged(brought(around, Table), around.end)


def _judged(tables: Iterable[Table], whole: Whole) -> Remarks:
    open_ = {table: whole.owner(table.ref) for table in tables if table.row_security and not table.force_row_security}
    unsure = []
    for table, owner in open_.items():
        exempt = is_exempt(owner, whole) if owner else True
        if exempt is None:
            unsure.append(table)
        elif not exempt:
            yield Remark(
                message=f"The policies of {spelled(table.names)} do not hold for its owner, {owner}.",
                about=spelled(table.names),
                advice=ADVICE,
                safe=f"ALTER TABLE {spelled(table.names)} FORCE ROW LEVEL SECURITY;",
            )
    if unsure:
        yield _asking(unsure)


def _asking(tables: list[Table]) -> Remark:
    about = spelled(tables[0].names) if len(tables) == 1 else ""
    what = about or f"{len(tables)} tables"
    sql = ASKED.format(
        tables=", ".join(literal(path(table.names)) for table in tables),
        named=", ".join(literal(spelled(table.names)) for table in tables),
    )
    return Remark(
        message=f"Row security is not forced on {what}: whether their owners pass by it, their roles tell.",
        about=about,
        advice=ADVICE,
        asks=Question(sql),
    )


CHECK = Check(
    name="rls-not-forced",
    code="SE06",
    severity=Severity.WARNING,
    needs=frozenset({Needs.CATALOG, Needs.DATA}),
    summary="row security that the owner of a table passes by",
    kinds=("AlterTableStmt",),
    statement=_look,
    state=_state,
    same_as=("advisor rls-not-forced",),
)
