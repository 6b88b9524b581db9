"""A domain's constraint reaches into every table that uses it, all at once.

A column of such a domain is added by writing the whole table anew, even where it is empty in every row.  A constraint
that is added to the domain later reads every table with a column of it, under locks on all of them.  A change of the
rule for one table is one for all.  NOT NULL of a domain does not even hold everywhere: an outer join and a subquery
give NULL all the same.

A CHECK on the column says the same, for this table alone, and can be added with NOT VALID.
"""

from __future__ import annotations

from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import CONSTR_CHECK, CONSTR_NOTNULL, CreateDomainStmt


def _look(written: Written, around: Around) -> Remarks:
    del around
    statement = written.node
    assert isinstance(statement, CreateDomainStmt)
    if any(each.constraint.contype in (CONSTR_CHECK, CONSTR_NOTNULL) for each in statement.constraints):
        about = spelled(tuple(part.string.sval for part in statement.domainname))
        yield Remark(
            message=f"The constraint of {about} holds for every table that uses the domain, for all at once.",
            about=about,
            advice="Use the plain type, and a CHECK on each column.",
        )


CHECK = Check(
    name="domain-with-constraint",
    code="NM14",
    severity=Severity.NOTE,
    needs=frozenset({Needs.STATEMENT}),
    summary="domains with constraints of their own",
    kinds=("CreateDomainStmt",),
    statement=_look,
    same_as=("squawk ban-create-domain-with-constraint",),
)
