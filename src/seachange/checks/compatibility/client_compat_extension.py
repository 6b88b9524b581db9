"""Another version of an extension is whatever its own script does to the database.

ALTER EXTENSION ... UPDATE runs that script: functions change or go, types get other operators, tables of the
extension are written anew under locks that nobody has looked at.  ALTER EXTENSION ... DROP takes an object out of the
extension, so that it stays behind when the extension is updated, and pg_dump writes it out as yours.

Try it on a copy.  Only told where a project asks for it.
"""

from __future__ import annotations

from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import AlterExtensionContentsStmt, AlterExtensionStmt

_TAKEN_OUT = -1


def _look(written: Written, around: Around) -> Remarks:
    del around
    match written.node:
        case AlterExtensionStmt() as statement:
            yield _remark(statement.extname, f"The script of {statement.extname} changes the database as it sees fit.")
        case AlterExtensionContentsStmt() as statement if statement.action == _TAKEN_OUT:
            yield _remark(statement.extname, f"{statement.extname} no longer looks after what is taken out of it.")


def _remark(about: str, message: str) -> Remark:
    return Remark(message=message, about=about, advice="Try it on a copy, and read the extension's notes.")


CHECK = Check(
    name="client-compat-extension",
    code="CM31",
    severity=Severity.NOTE,
    needs=frozenset({Needs.STATEMENT}),
    summary="extensions that are updated or taken apart",
    kinds=("AlterExtensionStmt", "AlterExtensionContentsStmt"),
    statement=_look,
    optional=True,
    same_as=("squawk ban-alter-extension",),
)
