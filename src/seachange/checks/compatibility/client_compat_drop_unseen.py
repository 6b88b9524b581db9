"""What works unseen - an index, a trigger, a policy, a rule - is missed only when it is gone.

No program names it, so none fails at once.  Without the index, queries become slow.  Without the trigger, what it
kept up to date is wrong from then on.  Without a policy, rows disappear for those that it let in, or show to those
that a restrictive one kept out.

Look what the thing did and who relies on it.  Only told where a project asks for it.
"""

from __future__ import annotations

from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.objects import dropped, is_new
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import DropStmt

_UNSEEN = {
    "index": ("queries that it served become slow", ("squawk ban-drop-index",)),
    "trigger": ("what it did is no longer done", ("squawk ban-drop-trigger",)),
    "event trigger": ("what it did is no longer done", ("squawk ban-drop-trigger",)),
    "policy": ("other rows show than before", ("squawk ban-drop-policy",)),
    "rule": ("statements are no longer rewritten", ("squawk ban-drop-trigger",)),
}


def _look(written: Written, around: Around) -> Remarks:
    assert isinstance(written.node, DropStmt)
    for thing in dropped(written.node, around.world):
        if thing.kind in _UNSEEN and not is_new(around.world, thing):
            what, rules = _UNSEEN[thing.kind]
            yield Remark(
                message=f"Without the {thing.kind} {thing.about}, {what}.",
                about=thing.about,
                advice="Find out who relies on it before it goes.",
                same_as=rules,
            )


CHECK = Check(
    name="client-compat-drop-unseen",
    code="CM28",
    severity=Severity.NOTE,
    needs=frozenset({Needs.STATEMENT}),
    summary="drops of indexes, triggers, policies and rules",
    kinds=("DropStmt",),
    statement=_look,
    optional=True,
    same_as=("squawk ban-drop-index", "squawk ban-drop-trigger", "squawk ban-drop-policy"),
)
