"""A SECURITY DEFINER function looks for names along the path of who calls it, who may put something else in the way.

Such a function works with the rights of its owner. Names in it that have no schema are looked for along the caller's
search_path: a caller who may make a table, function or operator somewhere puts that schema first, and the function
uses it with the owner's rights.

`SET search_path` at the function fixes the path for the time of the call. pg_temp belongs at its end, since it is
searched first where it is not named.
"""

from __future__ import annotations

from seachange.catalog.facts.routines import Routine
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.judging import of_state, of_statement
from seachange.checks.signatures import search_path, signature, word
from seachange.checks.whole import Whole
from seachange.finding import Severity


def _judge(routine: Routine, whole: Whole) -> Remarks:
    del whole
    if routine.security_definer and search_path(routine) is None:
        yield Remark(
            message=f"{signature(routine)} is SECURITY DEFINER and takes the search_path of who calls it.",
            about=signature(routine),
            advice="Fix the path, with the schemas that it needs, and pg_temp as the last.",
            safe=f"ALTER {word(routine)} {signature(routine)} SET search_path = pg_catalog, pg_temp;",
        )


CHECK = Check(
    name="secdef-no-search-path",
    code="SE17",
    severity=Severity.ERROR,
    needs=frozenset({Needs.STATEMENT, Needs.CATALOG}),
    summary="SECURITY DEFINER functions without a search_path of their own",
    kinds=("CreateFunctionStmt", "AlterFunctionStmt"),
    statement=of_statement(_judge, Routine),
    state=of_state(_judge, Routine),
    same_as=("advisor secdef-no-search-path", "splinter 0011"),
)
