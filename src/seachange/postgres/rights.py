"""Which rights a role has, asked for many objects at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from importlib.resources import files
from typing import Any

import msgspec
from psycopg import Connection

Session = Connection[Any]


class Right(StrEnum):
    """What a step can need.  Those with ON are granted under that name, on the object that follows."""

    OWNERSHIP = "ownership of"
    """To be, or to have the rights of, one of the roles that own it."""
    MEMBERSHIP = "membership in"
    """To be able to become the role."""
    CREATE_IN_DATABASE = "CREATE ON DATABASE"
    CREATE_IN_SCHEMA = "CREATE ON SCHEMA"
    USE_SCHEMA = "USAGE ON SCHEMA"
    INSERT = "INSERT ON TABLE"
    TRIGGER = "TRIGGER ON TABLE"
    REFERENCES = "REFERENCES ON TABLE"
    EXECUTE = "EXECUTE ON FUNCTION"
    USE_LANGUAGE = "USAGE ON LANGUAGE"
    USE_WRAPPER = "USAGE ON FOREIGN DATA WRAPPER"
    USE_SERVER = "USAGE ON FOREIGN SERVER"
    CREATE_ROLES = "CREATEROLE"
    SUPERUSER = "superuser"


class Need(msgspec.Struct, frozen=True):
    """A right on an object, which is named as SQL names it; for ownership, the roles of which any will do."""

    right: Right
    on: str = ""
    roles: tuple[str, ...] = ()


class Standing(msgspec.Struct, frozen=True):
    """What a role is on its server.

    `acts_as` are the roles whose rights it has, `becomes` those that it can give objects to.  `roles` are all there
    are.  `hosted`: a provider's server, which lets some roles do what PostgreSQL leaves to superusers.
    """

    role: str
    database: str
    superuser: bool
    creates_roles: bool
    hosted: bool
    acts_as: frozenset[str]
    becomes: frozenset[str]
    roles: frozenset[str]


STANDING = """
select r.rolname, current_database(), r.rolsuper, r.rolcreaterole,
  exists (select from pg_roles where rolname in (
    'rds_superuser', 'cloudsqlsuperuser', 'alloydbsuperuser', 'azure_pg_admin', 'neon_superuser', 'supabase_admin')),
  array(select rolname::text from pg_roles o where pg_has_role(o.oid, 'USAGE')),
  array(select rolname::text from pg_roles o where pg_has_role(
    o.oid, case when current_setting('server_version_num')::int < 160000 then 'MEMBER' else 'SET' end)),
  array(select rolname::text from pg_roles)
from pg_roles r
where r.rolname = current_user
"""


def standing(session: Session) -> Standing:
    """What the role of a session is."""
    row = session.execute(STANDING).fetchone()
    assert row is not None
    return msgspec.convert(dict(zip(Standing.__struct_fields__, row, strict=True)), Standing)


def has_ledger(session: Session) -> bool:
    """Whether somebody made a ledger, be it one that the role may not read."""
    row = session.execute("select to_regnamespace('seachange') is not null").fetchone()
    return row is not None and bool(row[0])


def lacking(session: Session, who: Standing, needs: Iterable[Need]) -> tuple[Need, ...]:
    """Those of the needs that are certainly not met.  One question, however many they are."""
    if who.superuser:
        return ()
    wanted = tuple(needs)
    unmet = _not_granted(session, wanted)
    return tuple(need for number, need in enumerate(wanted, 1) if number in unmet or _is_missing(need, who))


def _is_missing(need: Need, who: Standing) -> bool:
    match need.right:
        case Right.OWNERSHIP:
            known = who.roles.intersection(need.roles)
            return bool(known) and who.acts_as.isdisjoint(known)
        case Right.MEMBERSHIP:
            return need.on in who.roles and need.on not in who.becomes
        case Right.CREATE_ROLES:
            return not (who.creates_roles or who.hosted)
        case Right.SUPERUSER:
            return not who.hosted
    return False


def _not_granted(session: Session, needs: Sequence[Need]) -> frozenset[int]:
    text = files("seachange.postgres").joinpath("rights.sql").read_text()
    told = {"rights": [need.right.value for need in needs], "objects": [need.on for need in needs]}
    return frozenset(int(row[0]) for row in session.execute(text.encode(), told).fetchall())
