"""A statement that PostgreSQL's grammar does not know is refused, and the migration stops there.

What comes before it in the same transaction is undone; what was sent outside of one stays, and the file cannot be run
again as it is.  A body that cannot be compiled is refused when its function is made, or when its DO block is run.  Text
that is meant for another place ends up in migrations: the top level of PL/pgSQL (RAISE, IF, DECLARE), which belongs
into a DO block or a function; commands of psql, which only psql carries out; the SQL of another product.  The grammar
is that of PostgreSQL 18: what an older server does not know yet is another check's to tell.

Correct the statement.  What is not for the server belongs into another file.  This cannot be allowed by a comment that
stands in the statement itself, since nobody knows where that ends.
"""

from __future__ import annotations

from seachange.checks.around import Around
from seachange.checks.check import UNPARSED, Check, Needs, Remark, Remarks
from seachange.finding import Severity
from seachange.sql.flaws import explained
from seachange.sql.migration import Written


def _look(written: Written, around: Around) -> Remarks:
    del around
    if said := explained(written):
        flaw = written.flaw
        yield Remark(message=said, at=len(written.sql[: max(flaw.at, 0)].encode()) if flaw else None)


CHECK = Check(
    name="not-parsed",
    code="CO42",
    severity=Severity.ERROR,
    needs=frozenset({Needs.STATEMENT}),
    summary="statements and bodies that the grammar does not know",
    kinds=(UNPARSED, "CreateFunctionStmt", "DoStmt"),
    statement=_look,
    same_as=("squawk syntax-error",),
)
