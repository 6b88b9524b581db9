"""What a check is told beside its statement."""

from __future__ import annotations

import pytest

from seachange import checks
from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.finding import Severity
from seachange.sql.migration import Written, taken_apart

SCRIPT = """
SET lock_timeout = '2s';
BEGIN;
SET LOCAL statement_timeout = 0;
DROP TABLE a;
COMMIT;
DROP TABLE b;
-- down
DROP TABLE c;
"""


def _look(written: Written, around: Around) -> Remarks:
    shared = ",".join(one.words[0] for one in around.transaction)
    yield Remark(message=f"{written.text} {sorted(around.settings.items())} {shared}")


TELLING = Check(
    name="telling",
    code="XX01",
    severity=Severity.NOTE,
    needs=frozenset({Needs.STATEMENT}),
    summary="what is around a statement",
    kinds=("DropStmt",),
    statement=_look,
)


def test_transaction_and_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "checks", lambda: {"telling": TELLING})
    told = checks.looked_at([taken_apart(SCRIPT.encode(), "x.sql")])
    assert [one.remark.message for one in told] == [
        "DROP TABLE a [('lock_timeout', '2s'), ('statement_timeout', '0')] BEGIN,SET,DROP,COMMIT",
        "DROP TABLE b [('lock_timeout', '2s')] ",
    ]
