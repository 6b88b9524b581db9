"""money depends on a setting of the server, and floating point numbers do not add up.

A money value is shown and read as lc_monetary says: a dump that is restored where that setting differs means other
amounts, and there is no currency in it.  real and double precision are binary fractions: 0.1 is not among them, sums
depend on the order of the rows, and a comparison with = fails for amounts that look equal.

numeric is exact; numeric(12, 2) holds ten digits before the point.  Whole cents in a bigint serve as well.  A column
of floating point numbers is told only where its name speaks of an amount.
"""

from __future__ import annotations

from collections.abc import Iterator

from seachange.checks.around import Around, State
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.columns import KINDS, standing
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.migration import Written

_AMOUNTS = ("amount", "price", "total", "cost", "balance", "fee", "revenue", "payment", "salary")
_FLOATS = ("float4", "float8", "real", "double precision")


def _look(written: Written, around: Around) -> Remarks:
    del written
    for column in around.columns:
        for message, rule in _said(column.type_name, column.name, column.about):
            yield Remark(message=message, about=column.about, at=column.type, advice=_ADVICE, same_as=(rule,))


def _stands(state: State) -> Remarks:
    for column in standing(state, "money", "real", "double precision"):
        for message, rule in _said(column.type.removesuffix("[]"), column.names[-1], spelled(column.names)):
            yield Remark(message=message, about=spelled(column.names), advice=_ADVICE, same_as=(rule,))


def _said(type: str, column: str, about: str) -> Iterator[tuple[str, str]]:
    if type == "money":
        yield f"{about} is of type money, whose values depend on lc_monetary.", "advisor type-money"
    elif type in _FLOATS and any(word in column.lower() for word in _AMOUNTS):
        yield f"{about} looks like an amount, and floating point numbers do not add up.", "advisor float-for-money"


_ADVICE = "Use numeric, with as many digits behind the point as the currency has."

CHECK = Check(
    name="ban-money-float",
    code="NM12",
    severity=Severity.WARNING,
    needs=frozenset({Needs.STATEMENT}),
    summary="money, and floating point numbers for amounts",
    kinds=KINDS,
    statement=_look,
    state=_stands,
    same_as=("advisor type-money", "advisor float-for-money"),
)
