"""Statements that PostgreSQL refuses within a transaction, or in the one that made what they use."""

from __future__ import annotations

from collections.abc import Iterator

from seachange.repairs.case import Case
from seachange.repairs.refusal import Refusal, Sort
from seachange.repairs.repair import Question, Repair
from seachange.sql.edit import Edit, edited
from seachange.sql.parse import tokens

WITHIN, NOT_COMMITTED = "25001", "55P04"
WORD = b"CONCURRENTLY"


def mend(refusal: Refusal, case: Case) -> Iterator[Question | Refusal]:
    """CONCURRENTLY within a transaction; a label of an enum before it is committed."""
    if refusal.sort is not Sort.ERROR:
        return
    if refusal.code == WITHIN and (plain := plainly(case.text)):
        repair = Repair(
            name="plainly",
            does="PostgreSQL does not do this concurrently within a transaction: it is done plainly.",
            follows="Writers wait as long as it takes; run it outside of the transaction where the table is large.",
            text=plain,
        )
        yield Question("concurrently-in-a-transaction", f"{refusal.said}.", (repair,))
    if refusal.code == NOT_COMMITTED:
        repair = Repair(
            name="commit",
            does="A new label of an enum can be used when it is committed: what comes before is committed first.",
            follows="If a later statement fails, what comes before this one stays done.",
            before=("COMMIT", "BEGIN"),
        )
        yield Question("label-not-committed", f"{refusal.said}.", (repair,))


def plainly(sql: str) -> str:
    """`sql` without its CONCURRENTLY."""
    raw = sql.encode()
    for start, end, _ in tokens(sql):
        if raw[start:end].upper() == WORD:
            return edited(raw, [Edit(start, end + raw[end:].startswith(b" "), "")]).decode()
    return ""
