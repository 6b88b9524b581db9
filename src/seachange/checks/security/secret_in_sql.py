"""A password or key is written in the statement, and with it in the server's log and in version control.

Statements are logged, shown in pg_stat_activity and kept in the file that is committed. Whoever reads one of these
has the secret. A password in the form of SCRAM-SHA-256 or md5 is told too: it can be tried out at leisure.

Set passwords by psql's \\password, which sends the hash alone, or have the deployment put a value in from where
secrets are kept, and log statements of roles nowhere.
"""

from __future__ import annotations

from collections.abc import Iterator

from google.protobuf.message import Message

from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.expressions import constant
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.tree import inner, kind, walk

SECRET = frozenset({"password", "passfile", "sslpassword", "sslkey", "secret", "secret_key", "api_key", "token"})
OPTIONS = ("CreateRoleStmt", "AlterRoleStmt")
FOREIGN = (
    *("CreateUserMappingStmt", "AlterUserMappingStmt", "CreateForeignServerStmt", "AlterForeignServerStmt"),
    *("CreateForeignTableStmt", "CreateFdwStmt", "AlterFdwStmt"),
)
SUBSCRIBED = ("CreateSubscriptionStmt", "AlterSubscriptionStmt")
READING = frozenset({"select", "insert", "with"})
"""What is looked into only where it may connect to somewhere: it may be long."""
CONNECTING = frozenset({"dblink", "dblink_connect", "dblink_connect_u", "dblink_exec"})


def _look(written: Written, around: Around) -> Remarks:
    del around
    reading = written.words[:1] and written.words[0].lower() in READING
    if written.node is not None and not (reading and "dblink" not in written.sql.lower()):
        for what in dict.fromkeys(_secrets(written.node)):
            yield Remark(
                message=f"The statement holds {what} in clear: it is in the log and in the history of this file.",
                advice="Set it outside of the migration, and change it now where this one has been run.",
            )


def _secrets(node: Message) -> Iterator[str]:
    if kind(node) in (*OPTIONS, *FOREIGN):
        for each in walk(node):
            if kind(each) == "DefElem" and each.defname.lower() in SECRET and _value(each):
                yield f"a value for {each.defname.lower()}"
    elif kind(node) in SUBSCRIBED:
        if _has_password(str(node.conninfo)):
            yield "the password of a connection"
    else:
        yield from _connections(node)


def _value(option: Message) -> bool:
    argument = inner(option.arg)
    return kind(argument) == "String" and bool(argument.sval)


def _connections(node: Message) -> Iterator[str]:
    for each in walk(node):
        if kind(each) == "FuncCall" and each.funcname[-1].string.sval in CONNECTING:
            values = (constant(inner(argument)) for argument in each.args)
            if any(isinstance(value, str) and _has_password(value) for value in values):
                yield "the password of a connection"


def _has_password(conninfo: str) -> bool:
    """Whether a connection string has a password: `password=…`, or one before the @ of an address."""
    keys = {part.partition("=")[0].strip().lower() for part in conninfo.split()}
    address = conninfo.partition("://")[2].partition("/")[0]
    return "password" in keys or ":" in address.rpartition("@")[0]


CHECK = Check(
    name="secret-in-sql",
    code="SE24",
    severity=Severity.ERROR,
    needs=frozenset({Needs.STATEMENT}),
    summary="passwords and keys written in statements",
    kinds=(*OPTIONS, *FOREIGN, *SUBSCRIBED, "SelectStmt", "InsertStmt", "CreateTableAsStmt", "ViewStmt"),
    statement=_look,
)
