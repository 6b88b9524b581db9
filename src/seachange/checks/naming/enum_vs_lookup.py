"""A label of an enum can be added and renamed, but never taken away.

To be rid of a label, a new type has to be made and every column moved to it, which writes the tables anew.  A new
label cannot be used in the transaction that adds it, so a migration needs two.  Labels have no other columns: what
belongs to a state - a name for people, an order, whether it is still in use - finds no place.

A table of values with a foreign key to it is changed with INSERT and UPDATE.  An enum is fine where its labels are
settled for good.  Only told where a project asks for it.
"""

from __future__ import annotations

from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import CreateEnumStmt


def _look(written: Written, around: Around) -> Remarks:
    del around
    statement = written.node
    assert isinstance(statement, CreateEnumStmt)
    about = spelled(tuple(part.string.sval for part in statement.type_name))
    yield Remark(
        message=f"No label of {about} can be taken away again.",
        about=about,
        advice="Use a table of values and a foreign key where the labels are not settled for good.",
    )


CHECK = Check(
    name="enum-vs-lookup",
    code="NM13",
    severity=Severity.NOTE,
    needs=frozenset({Needs.STATEMENT}),
    summary="enums where a table of values serves better",
    kinds=("CreateEnumStmt",),
    statement=_look,
    optional=True,
    same_as=("eugene W13", "pgls creatingEnum"),
)
