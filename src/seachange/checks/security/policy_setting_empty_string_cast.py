"""A policy converts a setting to another type, and fails where the setting is empty.

A setting of one's own that was set for a transaction, by SET LOCAL or set_config(…, true), is not unset afterwards:
it is the empty string for the rest of the session.  The next transaction on the same connection of a pool then ends
in 22P02, since '' is neither a uuid nor a number, whatever current_setting was told about missing settings.

NULLIF makes a null of the empty string, and no row passes.  A comparison with '' in the same condition is no help:
the server may convert first.  Functions that the policy calls are looked into as well.
"""

from __future__ import annotations

from seachange.catalog.facts.relations import Policy
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.judging import of_state, of_statement
from seachange.checks.mending import mended, never
from seachange.checks.row_security import named, read_by, table_of
from seachange.checks.whole import Whole
from seachange.finding import Severity


def _judge(policy: Policy, whole: Whole) -> Remarks:
    bare = {
        (reading.setting, reading.cast, through)
        for reading, through in read_by(policy, whole)
        if reading.cast and not reading.guarded and "." in reading.setting and (reading.lenient or not through)
    }
    for setting, type_, through in sorted(bare):
        if not any(one.setting == setting and not one.lenient and not by for one, by in read_by(policy, whole)):
            where = f" in {through}" if through else ""
            yield Remark(
                message=f"The {named(policy)} converts {setting} to {type_}{where} and fails with 22P02 "
                "where it is empty.",
                about=table_of(policy),
                advice="Make a null of the empty string before it is converted.",
                safe="" if through else mended(policy, never),
            )


CHECK = Check(
    name="policy-setting-empty-string-cast",
    code="SE02",
    severity=Severity.ERROR,
    needs=frozenset({Needs.STATEMENT, Needs.CATALOG}),
    summary="policies that fail where a setting is empty",
    kinds=("CreatePolicyStmt", "AlterPolicyStmt"),
    statement=of_statement(_judge, Policy),
    state=of_state(_judge, Policy),
    same_as=("advisor policy-setting-empty-string-cast",),
)
