"""A SECURITY DEFINER function may be called by everybody, with the rights of its owner.

PostgreSQL gives EXECUTE on a new function to PUBLIC. For one that works with the rights of its owner that is as if
its privileges had been granted to everybody who can connect. Take EXECUTE away in the transaction that creates the
function, and give it to the roles that need it.

Functions of triggers are not told: nobody can call them.
"""

from __future__ import annotations

from seachange.catalog.facts.routines import Routine
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.judging import of_state, of_statement
from seachange.checks.signatures import signature, word
from seachange.checks.whole import Whole
from seachange.finding import Severity

TRIGGERS = frozenset({"trigger", "event_trigger"})


def _judge(routine: Routine, whole: Whole) -> Remarks:
    if not routine.security_definer or routine.returns in TRIGGERS:
        return
    if not whole.is_revoked(routine.ref, "public", "EXECUTE"):
        yield Remark(
            message=f"{signature(routine)} is SECURITY DEFINER, and everybody may call it.",
            about=signature(routine),
            advice="Take EXECUTE away from PUBLIC in the transaction that creates it, and give it to who needs it.",
            safe=f"REVOKE EXECUTE ON {word(routine)} {signature(routine)} FROM PUBLIC;",
        )


CHECK = Check(
    name="secdef-public-execute",
    code="SE19",
    severity=Severity.WARNING,
    needs=frozenset({Needs.STATEMENT, Needs.CATALOG}),
    summary="SECURITY DEFINER functions that everybody may call",
    kinds=("CreateFunctionStmt",),
    statement=of_statement(_judge, Routine),
    state=of_state(_judge, Routine),
    same_as=("advisor secdef-public-execute", "splinter 0028", "splinter 0029"),
)
