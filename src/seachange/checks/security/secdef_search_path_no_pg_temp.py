"""A SECURITY DEFINER function names a search_path in which pg_temp is not last, so that temporary tables come first.

Where pg_temp is not named in search_path, the server looks there before anything else, for tables and types. Whoever
calls the function can make a temporary table of the name that it reads or writes, and the function works on that,
with the rights of its owner. Named as the last, pg_temp is searched last.

An empty search_path needs nothing: each name in the function has its schema then, and a name without one is not
found.
"""

from __future__ import annotations

from seachange.catalog.facts.routines import Routine
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.judging import of_state, of_statement
from seachange.checks.signatures import search_path, signature, word
from seachange.checks.whole import Whole
from seachange.finding import Severity
from seachange.sql.quote import name

TEMPORARY = "pg_temp"


def _judge(routine: Routine, whole: Whole) -> Remarks:
    del whole
    schemas = search_path(routine) if routine.security_definer else None
    if schemas and schemas[-1] != TEMPORARY:
        wanted = ", ".join(name(schema) for schema in (*(one for one in schemas if one != TEMPORARY), TEMPORARY))
        yield Remark(
            message=f"{signature(routine)} is SECURITY DEFINER, and temporary tables come first in its search_path.",
            about=signature(routine),
            advice="Name pg_temp as the last schema of the path.",
            safe=f"ALTER {word(routine)} {signature(routine)} SET search_path = {wanted};",
        )


CHECK = Check(
    name="secdef-search-path-no-pg-temp",
    code="SE18",
    severity=Severity.WARNING,
    needs=frozenset({Needs.STATEMENT, Needs.CATALOG}),
    summary="SECURITY DEFINER functions that look at temporary tables first",
    kinds=("CreateFunctionStmt", "AlterFunctionStmt"),
    statement=of_statement(_judge, Routine),
    state=of_state(_judge, Routine),
    same_as=("advisor secdef-search-path-no-pg-temp",),
)
