"""A statement that comes before what it needs is moved behind that."""

from __future__ import annotations

from collections.abc import Iterator

from seachange.repairs.case import Case
from seachange.repairs.made import made, means
from seachange.repairs.missing import missing
from seachange.repairs.refusal import Refusal
from seachange.repairs.repair import Outcome, Question, Repair


def mend(refusal: Refusal, case: Case) -> Iterator[Question]:
    """Where a later statement makes what is missing, this one waits for it."""
    lacks = missing(refusal)
    if lacks is None:
        return
    sort, wanted = lacks
    for number, line in enumerate(case.later, case.number + 1):
        found = made(line.node)
        if found and found[0] == sort and means(wanted, found[1]):
            what = f"{sort} {'.'.join(wanted)}"
            moved = Repair(
                name="move",
                does=f"Moved behind the statement that makes the {what}.",
                outcome=Outcome.MOVED,
                behind=number,
            )
            yield Question(f"too-early {what}", f"The {what} is made only later in the script.", (moved,))
