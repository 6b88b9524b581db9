"""The database as such, and what belongs to the whole server: roles, tablespaces, parameters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from seachange.catalog.facts.cluster import Database, ParameterGrant, Setting, Tablespace
from seachange.catalog.ref import Ref
from seachange.rules import roles
from seachange.rules.addresses import grantee, in_database
from seachange.rules.columns import changed_options
from seachange.rules.rule import Alteration, Context, Rule, Steps
from seachange.rules.settings import assignment, setting_name
from seachange.sql.quote import literal, name, path
from seachange.step import Risk, Stage, Step, Way


def is_there(database: Database, around: Context) -> Steps:
    """A plan is for a database: it neither makes nor drops it."""
    return ()


def alter_database(old: Database, new: Database, around: Context) -> Steps:
    said = [f"CONNECTION LIMIT {new.connection_limit}"] if new.connection_limit != old.connection_limit else []
    said += [f"IS_TEMPLATE {'true' if new.template else 'false'}"] if new.template != old.template else []
    yield Step(
        sql=in_database("ALTER DATABASE ", f" WITH {' '.join(said)}"),
        stage=Stage.PRIVILEGES,
        alters=frozenset({new.ref}),
    )


def stay(old: Database, new: Database, around: Context) -> Steps:
    """No database can be moved to another tablespace by somebody who is in it."""
    return ()


def create_setting(setting: Setting, around: Context) -> Steps:
    action = f"SET {assignment(setting.names[-1], setting.value)}"
    yield _set(setting, action, makes=frozenset({setting.ref}))


def change_setting(old: Setting, new: Setting, around: Context) -> Steps:
    yield _set(new, f"SET {assignment(new.names[-1], new.value)}", alters=frozenset({new.ref}))


def drop_setting(setting: Setting, around: Context) -> Steps:
    yield _set(setting, f"RESET {setting_name(setting.names[-1])}", takes=frozenset({setting.ref}))


def _set(setting: Setting, action: str, **touched: Any) -> Step:
    role = f"ROLE {name(setting.args[0])} IN " if setting.args else ""
    return Step(
        sql=in_database(f"ALTER {role}DATABASE ", f" {action}"),
        stage=Stage.PRIVILEGES,
        follows=frozenset({Ref("role", setting.args)} if setting.args and "takes" not in touched else ()),
        risks=frozenset({Risk.BREAKS_CLIENTS} if "makes" not in touched else ()),
        **touched,
    )


def create_tablespace(tablespace: Tablespace, around: Context) -> Steps:
    options = ", ".join(_options(tablespace.options))
    yield Step(
        sql=f"CREATE TABLESPACE {path(tablespace.names)} LOCATION {literal(tablespace.location)}"
        f"{f' WITH ({options})' if options else ''}",
        stage=Stage.EXTENSIONS,
        makes=frozenset({tablespace.ref}),
        way=Way.ALONE,
    )


def _options(options: tuple[str, ...]) -> list[str]:
    return changed_options((), options)[1]


def alter_tablespace(old: Tablespace, new: Tablespace, around: Context) -> Steps:
    gone, here = changed_options(old.options, new.options)
    for verb, said in (("SET", here), ("RESET", gone)):
        if said:
            yield Step(
                sql=f"ALTER TABLESPACE {path(new.names)} {verb} ({', '.join(said)})",
                stage=Stage.EXTENSIONS,
                alters=frozenset({new.ref}),
            )


def drop_tablespace(tablespace: Tablespace, around: Context) -> Steps:
    """It must be empty, which it is when all that goes is gone."""
    used = (ref for ref in around.goes if getattr(around.current.get(ref), "tablespace", None) == tablespace.names[-1])
    yield Step(
        sql=f"DROP TABLESPACE {path(tablespace.names)}",
        stage=Stage.REMOVE,
        takes=frozenset({tablespace.ref}),
        follows=frozenset(used),
        way=Way.ALONE,
    )


def grant_parameter(grant: ParameterGrant, around: Context) -> Steps:
    option = " WITH GRANT OPTION" if grant.grantable else ""
    yield _parameter(grant, "GRANT", f"TO {grantee(grant.args[0])}{option}", makes=frozenset({grant.ref}))


def regrant_parameter(old: ParameterGrant, new: ParameterGrant, around: Context) -> Steps:
    if new.grantable:
        yield _parameter(new, "GRANT", f"TO {grantee(new.args[0])} WITH GRANT OPTION", alters=frozenset({new.ref}))
    else:
        yield _parameter(new, "REVOKE GRANT OPTION FOR", f"FROM {grantee(new.args[0])}", alters=frozenset({new.ref}))


def revoke_parameter(grant: ParameterGrant, around: Context) -> Steps:
    yield _parameter(grant, "REVOKE", f"FROM {grantee(grant.args[0])}", takes=frozenset({grant.ref}))


def _parameter(grant: ParameterGrant, verb: str, to: str, **touched: Any) -> Step:
    return Step(
        sql=f"{verb} {grant.args[1]} ON PARAMETER {setting_name(grant.names[-1])} {to}",
        stage=Stage.PRIVILEGES,
        follows=frozenset({Ref("role", grant.args[:1])} if "takes" not in touched else ()),
        risks=frozenset({Risk.CHANGES_ACCESS}),
        **touched,
    )


RULES: Mapping[str, Rule[Any]] = {
    "database": Rule[Database](
        is_there,
        is_there,
        {
            "connection_limit": Alteration(alter_database),
            "template": Alteration(alter_database),
            "tablespace": Alteration(stay),
        },
    ),
    "setting": Rule[Setting](create_setting, drop_setting, {"value": Alteration(change_setting)}),
    "tablespace": Rule[Tablespace](create_tablespace, drop_tablespace, {"options": Alteration(alter_tablespace)}),
    "parameter grant": Rule[ParameterGrant](
        grant_parameter, revoke_parameter, {"grantable": Alteration(regrant_parameter)}
    ),
    **roles.RULES,
}
