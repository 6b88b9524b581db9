"""What the role that runs the script is not allowed to do."""

from __future__ import annotations

from collections.abc import Iterator

from seachange.repairs.case import Case
from seachange.repairs.leaving import lost
from seachange.repairs.refusal import Refusal
from seachange.repairs.repair import Outcome, Question, Repair
from seachange.sql.nodes import CreateExtensionStmt


def mend(refusal: Refusal, case: Case) -> Iterator[Question]:
    """Nothing but what somebody else must do first; without that, the statement is left out."""
    if refusal.code != "42501":
        return
    must = _must(refusal, case)
    repair = Repair(
        name="leave-out",
        does=f"Left out, for the role that runs the script is not allowed to: {refusal.said}.",
        follows=f"{lost(case.node)} {must}".strip(),
        outcome=Outcome.REMOVED,
        text="",
    )
    yield Question(f"not-allowed {case.line.written.place}", f"{refusal.said}. {must}", (repair,), open=True)


def _must(refusal: Refusal, case: Case) -> str:
    """What somebody has to do so that it is allowed."""
    if isinstance(case.node, CreateExtensionStmt):
        return f"A superuser must run CREATE EXTENSION {case.node.extname} first."
    if "must be owner of" in refusal.said:
        owned = refusal.said.partition("must be owner of ")[2]
        return f"The owner of {owned} must run it, or the role must be a member of the owner."
    kind, _, named = refusal.said.partition("permission denied for ")[2].partition(" ")
    if kind in ("schema", "database"):
        return f"Its owner must run GRANT CREATE ON {kind.upper()} {named} TO the role."
    if kind:
        return f"The owner must grant the right on {kind} {named} to the role."
    return refusal.hint or refusal.detail or "A role with more rights must run it."
