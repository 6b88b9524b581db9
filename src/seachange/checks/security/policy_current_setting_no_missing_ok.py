"""A policy reads a setting that need not be set, and fails where it is not.

`current_setting('app.tenant_id')` gives an error, 42704, in every session in which nobody has set the setting: in psql,
in a job, in a pool's fresh connection.  With `true` as its second argument it gives null instead, no row passes, and
the query goes on.

Functions that a policy calls are looked into as well, those of SQL and PL/pgSQL; where such a function catches the
error, nothing is said.  A setting that the database itself has, by ALTER DATABASE … SET, is always there.
"""

from __future__ import annotations

from seachange.catalog.facts.cluster import Setting
from seachange.catalog.facts.relations import Policy
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.judging import of_state, of_statement
from seachange.checks.mending import mended, never
from seachange.checks.row_security import named, read_by, table_of
from seachange.checks.whole import Whole
from seachange.finding import Severity


def _judge(policy: Policy, whole: Whole) -> Remarks:
    strict = {
        (reading.setting, through)
        for reading, through in read_by(policy, whole)
        if not reading.lenient and "." in reading.setting and not _is_set(reading.setting, whole)
    }
    for setting, through in sorted(strict):
        by = f"calls {through}, which reads {setting}" if through else f"reads {setting}"
        yield Remark(
            message=f"The {named(policy)} {by} and fails with 42704 where nobody has set it.",
            about=table_of(policy),
            advice="Ask with true as the second argument: it is null then, and no row passes.",
            safe="" if through else mended(policy, never),
        )


def _is_set(setting: str, whole: Whole) -> bool:
    return any(one.names == (setting,) and not one.args for one in whole.of(Setting))


CHECK = Check(
    name="policy-current-setting-no-missing-ok",
    code="SE01",
    severity=Severity.ERROR,
    needs=frozenset({Needs.STATEMENT, Needs.CATALOG}),
    summary="policies that fail where a setting is not set",
    kinds=("CreatePolicyStmt", "AlterPolicyStmt"),
    statement=of_statement(_judge, Policy),
    state=of_state(_judge, Policy),
    same_as=("advisor policy-current-setting-no-missing-ok",),
)
