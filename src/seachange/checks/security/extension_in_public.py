"""An extension lives in the schema public, among the tables of the application.

Its functions and types stand between one's own, in every listing and every dump, and its names are taken. Who may
create objects in public can put a function of the same name beside one of the extension's that fits the arguments
better, and have it called. A schema of its own, on the search_path of those who need it, keeps them apart.
"""

from __future__ import annotations

from seachange.catalog.facts.outside import Extension
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.judging import of_state, of_statement
from seachange.checks.whole import Whole
from seachange.checks.world import spelled
from seachange.finding import Severity


def _judge(extension: Extension, whole: Whole) -> Remarks:
    del whole
    if extension.schema == "public":
        name = spelled(extension.names)
        moved = f"ALTER EXTENSION {name} SET SCHEMA extensions;" if extension.relocatable else ""
        yield Remark(
            message=f"The extension {name} lives in the schema public.",
            about=name,
            advice="Create it in a schema of its own.",
            safe=moved or f"CREATE EXTENSION {name} SCHEMA extensions;",
        )


CHECK = Check(
    name="extension-in-public",
    code="SE26",
    severity=Severity.NOTE,
    needs=frozenset({Needs.STATEMENT, Needs.CATALOG}),
    summary="extensions in the schema public",
    kinds=("CreateExtensionStmt",),
    statement=of_statement(_judge, Extension),
    state=of_state(_judge, Extension),
    same_as=("splinter 0014",),
)
