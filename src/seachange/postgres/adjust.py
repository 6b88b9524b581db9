"""What a script says about its server, its roles and its own database, put right for the scratch database it meets.

Roles and settings belong to the server, and a dump calls its database by the name that it had.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import LiteralString

from msgspec.structs import replace
from psycopg import sql

from seachange.errors import NotPermitted, NotUnderstood
from seachange.finding import Finding, Severity
from seachange.postgres.send import Session
from seachange.sql import parse
from seachange.sql.script import Script, Statement

Adjustment = Callable[["Target", Statement], Statement | None]

_ROLE = frozenset({"ROLE", "USER", "GROUP"})
_OWN_SERVER = "Let seachange use a scratch server of its own: it may do there what it must not do on this one."


class Target:
    """The database that scripts are loaded into.  `own_server`: roles may be made on it."""

    def __init__(self, session: Session, *, own_server: bool) -> None:
        self.session = session
        self.own_server = own_server
        self._name = sql.Identifier(session.info.dbname).as_string(session)
        self._noted: dict[Finding, None] = {}

    @property
    def findings(self) -> tuple[Finding, ...]:
        return tuple(self._noted)

    def note(self, check: str, about: str, message: str, severity: Severity = Severity.NOTE) -> None:
        """Remember a finding; told twice, it is one."""
        self._noted[Finding(check, severity, about, message)] = None

    def adjusted(self, statement: Statement, home: str | None) -> Statement | None:
        """`statement` as it is to be sent; None if it is passed over."""
        if statement.says_database and (database := parse.database(statement.text)):
            return self._about_database(statement, database, home)
        adjustment = _adjustment(statement.words)
        return adjustment(self, statement) if adjustment else statement

    def _about_database(self, statement: Statement, database: str, home: str | None) -> Statement | None:
        if database != home:
            raise NotUnderstood(
                f"{statement.place}: this statement is about another database, {database}.",
                hint="A source is one database.  Leave out what concerns others.",
            )
        if statement.words[:2] in (("CREATE", "DATABASE"), ("DROP", "DATABASE")):
            return None
        return replace(statement, text=parse.rename_database(statement.text, database, self._name))

    def setting(self, statement: Statement) -> Statement | None:
        """pg_dump sets what its own version knows; an older server need not know it."""
        name = parse.setting(statement.text)
        if name is None or "." in name or self._scalar("select current_setting(%s, true)", name) is not None:
            return statement
        self.note("unknown-setting", name, f"This server has no setting {name}; it was passed over.", Severity.WARNING)
        return None

    def create_role(self, statement: Statement) -> Statement | None:
        role = parse.role_made(statement.text)
        if role is not None and self._has_role(role):
            self.note("role-kept", role, f"The scratch server has the role {role}; it was left as it is.")
            return None
        return self.on_server(statement)

    def drop_role(self, statement: Statement) -> None:
        self.note("server-wide", statement.place, "Roles belong to the server: DROP ROLE was passed over.")

    def alter_system(self, statement: Statement) -> None:
        self.note("server-wide", statement.place, "Settings of the server are not part of a database: passed over.")

    def on_server(self, statement: Statement) -> Statement:
        """A statement whose effect is not confined to the database."""
        if self.own_server:
            return statement
        raise NotPermitted(
            f"{statement.place}: {' '.join(statement.words[:3])} changes the whole server, and it is not ours.",
            hint=_OWN_SERVER,
        )

    def grant(self, statement: Statement) -> Statement:
        if not self.own_server and parse.grants_role(statement.text):
            return self.on_server(statement)
        return statement

    def create_subscription(self, statement: Statement) -> Statement:
        """Nothing that we load for reading may call a publisher, let alone keep a slot there."""
        self.note("subscription", statement.place, "The subscription was made without connecting to its publisher.")
        return replace(statement, text=parse.connect_later(statement.text))

    def alter_subscription(self, statement: Statement) -> Statement | None:
        if not {"ENABLE", "REFRESH"}.intersection(statement.words):
            return statement
        self.note("subscription", statement.place, "The subscription was not started; the publisher was not called.")
        return None

    def make_roles(self, script: Script, missing: str) -> bool:
        """Make the role that is `missing`, and all that `script` names and does not make; whether there were any."""
        named = {missing}.union(*(parse.roles_named(statement.text) for statement in script.statements))
        own = {parse.role_made(s.text) for s in script.statements if _adjustment(s.words) is Target.create_role}
        return self.make_all(named - own)

    def make_all(self, roles: Iterable[str]) -> bool:
        """Make those of the roles that are missing; whether there were any."""
        return any([self._make_role(role) for role in sorted(roles)])

    def _make_role(self, role: str) -> bool:
        """Make a role that may not log in; whether it was missing.  Another loader may be as quick as we are."""
        if self._has_role(role):
            return False
        made = sql.SQL("do {}").format(sql.Literal(_MAKE_ROLE.format(sql.Identifier(role).as_string(self.session))))
        self.session.execute(made)
        self.note("role-made", role, f"The scratch server had no role {role}; it was made, without any rights.")
        return True

    def make_schema(self, schema: str) -> bool:
        """A dump of some schemas leaves out the schema that an extension lives in; whether it was missing."""
        if self._scalar("select true from pg_catalog.pg_namespace where nspname = %s", schema) is not None:
            return False
        self.session.execute(sql.SQL("create schema {}").format(sql.Identifier(schema)))
        self.note("schema-made", schema, f"An extension of the source lives in the schema {schema}: it was made.")
        return True

    def _has_role(self, role: str) -> bool:
        return self._scalar("select true from pg_catalog.pg_roles where rolname = %s", role) is not None

    def _scalar(self, query: LiteralString, value: str) -> object:
        row = self.session.execute(query, [value]).fetchone()
        return row[0] if row else None


_MAKE_ROLE = "begin create role {}; exception when duplicate_object or unique_violation then null; end"


def _adjustment(words: tuple[str, ...]) -> Adjustment | None:
    match words:
        case ("SET", *_):
            return Target.setting
        case (("CREATE" | "DROP" | "ALTER"), "USER", "MAPPING", *_):
            return None
        case (verb, word, *_) if word in _ROLE:
            return _ABOUT_ROLES.get(verb)
        case ("GRANT" | "REVOKE", *_):
            return Target.grant
        case _:
            return _ABOUT_SERVER.get(words[:2])


_ABOUT_ROLES: dict[str, Adjustment] = {
    "CREATE": Target.create_role,
    "ALTER": Target.on_server,
    "DROP": Target.drop_role,
}
_ABOUT_SERVER: dict[tuple[str, ...], Adjustment] = {
    ("ALTER", "SYSTEM"): Target.alter_system,
    ("CREATE", "SUBSCRIPTION"): Target.create_subscription,
    ("ALTER", "SUBSCRIPTION"): Target.alter_subscription,
    ("CREATE", "TABLESPACE"): Target.on_server,
    ("ALTER", "TABLESPACE"): Target.on_server,
    ("DROP", "TABLESPACE"): Target.on_server,
    ("ALTER", "DATABASE"): Target.on_server,
}
