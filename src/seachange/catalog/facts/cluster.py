"""The database as such, and what belongs to the whole server."""

from __future__ import annotations

from seachange.catalog.facts.fact import Fact


class Database(Fact, frozen=True, tag="database"):
    """The database itself, whatever its name.  What cannot be changed after its birth makes no difference."""

    schemaless = True
    left = True
    aside = frozenset({"encoding", "locale_provider", "collate", "ctype", "locale"})

    connection_limit: int = -1
    template: bool = False
    tablespace: str = "pg_default"
    encoding: str = ""
    locale_provider: str = ""
    collate: str = ""
    ctype: str = ""
    locale: str | None = None


class Setting(Fact, frozen=True, tag="setting"):
    """A setting of the database; of a role in it where `args` names one."""

    schemaless = True
    left = True

    value: str = ""


class Role(Fact, frozen=True, tag="role"):
    """A role.  Its password is never read."""

    schemaless = True
    cluster = True

    superuser: bool = False
    inherit: bool = True
    create_role: bool = False
    create_database: bool = False
    login: bool = False
    replication: bool = False
    bypass_row_security: bool = False
    connection_limit: int = -1
    valid_until: str | None = None
    settings: tuple[str, ...] = ()


class RoleMembership(Fact, frozen=True, tag="role membership"):
    """A role's membership in another: names are the group and the member, `args` who granted it."""

    schemaless = True
    cluster = True

    admin: bool = False
    inherit: bool = True
    set: bool = True


class Tablespace(Fact, frozen=True, tag="tablespace"):
    """A tablespace; where it lies is the server's affair."""

    schemaless = True
    cluster = True
    aside = frozenset({"location"})

    location: str = ""
    options: tuple[str, ...] = ()


class ParameterGrant(Fact, frozen=True, tag="parameter grant"):
    """A privilege on a configuration parameter; `args` are grantee and privilege."""

    schemaless = True
    cluster = True

    grantable: bool = False
