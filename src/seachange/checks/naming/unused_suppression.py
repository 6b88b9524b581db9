"""A comment that silences a check where the check says nothing hides what somebody adds there later.

It is left over from a statement that was corrected, it names a check that there is not, or it stands beside another
statement than the one that it was written for.  In the last two cases the danger that it speaks of is still told of,
and people take the comment for the reason why it need not be minded.

Take the comment out, or put it on the line before its statement.  One is not flagged where a check that it names was
not asked at all, since it may be needed when that is.
"""

from __future__ import annotations

from seachange.checks.check import Check, Needs
from seachange.finding import Severity

CHECK = Check(
    name="unused-suppression",
    code="NM18",
    severity=Severity.WARNING,
    needs=frozenset({Needs.STATEMENT}),
    summary="comments that allow what nothing flags",
    same_as=("squawk unused-ignore",),
)
