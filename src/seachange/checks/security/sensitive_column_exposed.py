"""A column whose name speaks of a secret can be read by another role than the owner, row by row of everybody.

Passwords, tokens, card and social security numbers in a table that is granted to a role and has no row security are
read whole by whoever gets at that role. Grant the other columns only, protect the rows, or keep the secret in a table
that the application reads through a function.

Told by the names of columns: what is in them nobody looks at.
"""

from __future__ import annotations

from collections.abc import Iterator

from seachange.catalog.facts.relations import Column, Table, TableColumn
from seachange.catalog.facts.told import Grant
from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.judging import brought, of_state
from seachange.checks.whole import TABLE, Whole
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.migration import Written

SECRETS = frozenset(
    {
        *("password", "passwd", "password_hash", "secret", "client_secret", "api_key", "apikey", "private_key"),
        *("access_token", "refresh_token", "ssn", "social_security_number", "card_number", "cvv", "cvc", "iban"),
    }
)


def _judge(table: Table, whole: Whole) -> Remarks:
    if table.row_security:
        return
    secret = [column for column in whole.parts(table.names, TableColumn) if column.names[-1].lower() in SECRETS]
    if not secret:
        return
    all_columns = {grantee for grantee, privilege in whole.grants(table.ref) if privilege == "SELECT"}
    seen = {column.names[-1]: all_columns | set(_readers(column, whole)) for column in secret}
    if exposed := [name for name, readers in seen.items() if readers]:
        readers = sorted(set().union(*seen.values()))
        yield Remark(
            message=f"{spelled(table.names)} has {', '.join(exposed)}, which may be read in all rows by "
            f"{', '.join(readers)}.",
            about=spelled(table.names),
            advice="Grant the other columns only, or protect the rows.",
            safe=f"REVOKE SELECT ON {spelled(table.names)} FROM {', '.join(map(_role, readers))};",
        )


def _readers(column: Column, whole: Whole) -> Iterator[str]:
    return (grantee for grantee, privilege in whole.grants(column.ref) if privilege == "SELECT")


def _role(name: str) -> str:
    return "PUBLIC" if name == "public" else spelled((name,))


def _look(written: Written, around: Around) -> Remarks:
    del written
    for names in dict.fromkeys(_tables(around)):
        if table := around.end.table(names):
            yield from _judge(table, around.end)


def _tables(around: Around) -> Iterator[tuple[str, ...]]:
    for grant in brought(around, Grant):
        yield grant.names if grant.target.kind == TABLE else grant.names[:-1]


CHECK = Check(
    name="sensitive-column-exposed",
    code="SE21",
    severity=Severity.WARNING,
    needs=frozenset({Needs.CATALOG}),
    summary="columns with secrets that other roles may read",
    kinds=("GrantStmt",),
    statement=_look,
    state=of_state(_judge, Table),
    same_as=("advisor sensitive-column-no-rls", "splinter 0023"),
)
