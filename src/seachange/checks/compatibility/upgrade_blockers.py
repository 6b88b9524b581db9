"""pg_upgrade refuses a database that has such a column.

Columns of type regproc, regprocedure, regoper, regoperator, regconfig, regdictionary, regcollation and regnamespace
hold numbers of objects, which are others after the upgrade.  Columns of type unknown, and of abstime, reltime or
tinterval, are from times long past.  Managed services say no more than that the upgrade failed.

Use text, and cast where the object is needed.  regclass, regrole and regtype are let through.
"""

from __future__ import annotations

from seachange.checks.around import Around, State
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.columns import KINDS, standing
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.migration import Written

_TYPES = (
    "regproc",
    "regprocedure",
    "regoper",
    "regoperator",
    "regconfig",
    "regdictionary",
    "regcollation",
    "regnamespace",
    "unknown",
    "abstime",
    "reltime",
    "tinterval",
    "aclitem",
)


def _look(written: Written, around: Around) -> Remarks:
    del written
    for column in around.columns:
        if column.type_name.removeprefix("_") in _TYPES:
            yield _remark(column.about, column.type_name)


def _stands(state: State) -> Remarks:
    for column in standing(state, *_TYPES):
        yield _remark(spelled(column.names), column.type)


def _remark(about: str, type: str) -> Remark:
    return Remark(
        message=f"{about} is of type {type}, with which pg_upgrade refuses the database.",
        about=about,
        advice="Use text, and cast where the object is needed.",
    )


CHECK = Check(
    name="upgrade-blockers",
    code="CM26",
    severity=Severity.WARNING,
    needs=frozenset({Needs.CATALOG}),
    summary="columns with which a database cannot be upgraded",
    kinds=KINDS,
    statement=_look,
    state=_stands,
    same_as=("splinter 0018",),
)
