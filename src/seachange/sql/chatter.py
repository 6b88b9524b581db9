"""What a migration tool sends for itself: questions about the catalog, its version table, its locks."""

from __future__ import annotations

from collections.abc import Container

from google.protobuf.message import Message

from seachange.sql import tree
from seachange.sql.nodes import (
    CreateSchemaStmt,
    DeallocateStmt,
    DeclareCursorStmt,
    DiscardStmt,
    ExplainStmt,
    FetchStmt,
    FuncCall,
    LockStmt,
    RangeVar,
    SelectStmt,
    TransactionStmt,
    VariableSetStmt,
    VariableShowStmt,
)
from seachange.sql.written import Written

_VERSIONS = """
alembic_version django_migrations knex_migrations knex_migrations_lock flyway_schema_history schema_version
schema_migrations goose_db_version _prisma_migrations databasechangelog databasechangeloglock gorp_migrations
pgmigrations sequelizemeta ar_internal_metadata _sqlx_migrations __diesel_schema_migrations __efmigrationshistory
_yoyo_migration _yoyo_log _yoyo_version yoyo_lock atlas_schema_revisions doctrine_migration_versions
mikro_orm_migrations kysely_migration kysely_migration_lock __drizzle_migrations umzug_migrations
"""
_TABLES = frozenset(_VERSIONS.split())
_SCHEMAS = frozenset({"sqitch", "drizzle", "atlas_schema_revisions", "supabase_migrations"})
_DRIVERS = """
client_encoding datestyle application_name extra_float_digits standard_conforming_strings client_min_messages
intervalstyle bytea_output timezone session_authorization
"""
_OF_DRIVERS = frozenset(_DRIVERS.split())
_QUIET = """
random gen_random_uuid clock_timestamp timeofday txid_current pg_current_xact_id currval lastval pg_sleep
pg_backend_pid current_setting pg_is_in_recovery
"""
_HARMLESS = frozenset(_QUIET.split())
_ASKING = (VariableShowStmt, ExplainStmt, DeclareCursorStmt, FetchStmt, DeallocateStmt, DiscardStmt)


def is_chatter(written: Written, volatile: Container[str]) -> bool:
    """Whether it leaves nothing behind but in the tool's own tables.  `volatile` are the names of the functions that
    may change something when they are called.  What begins and ends a transaction is no chatter.
    """
    node = written.node
    if node is None or isinstance(node, TransactionStmt):
        return False
    if isinstance(node, _ASKING) or _is_of_tool(node):
        return True
    match node:
        case VariableSetStmt():
            return node.name.lower() in _OF_DRIVERS
        case SelectStmt():
            return not _changes(node, volatile)
        case LockStmt():
            return all(map(_is_version_table, tree.walk(node)))
    return False


def _is_of_tool(node: Message) -> bool:
    """Whether all the tables that it is about are a tool's own."""
    if isinstance(node, CreateSchemaStmt):
        return node.schemaname.lower() in _SCHEMAS
    tables = [each for each in tree.walk(node) if isinstance(each, RangeVar)]
    names = tables or [each for each in _dropped(node)]
    return bool(names) and all(map(_is_version_table, names))


def _dropped(node: Message) -> list[RangeVar]:
    """The tables, types and sequences that a DROP or a COMMENT names."""
    return [
        RangeVar(schemaname=parts[-2] if len(parts) > 1 else "", relname=parts[-1])
        for each in getattr(node, "objects", ())
        if (parts := [part.string.sval for part in each.list.items])
    ]


def _is_version_table(node: Message) -> bool:
    if not isinstance(node, RangeVar):
        return True
    name = node.relname.lower()
    return name in _TABLES or node.schemaname.lower() in _SCHEMAS or name.removesuffix("_id_seq") in _TABLES


def _changes(node: Message, volatile: Container[str]) -> bool:
    """Whether a SELECT may leave something behind: INTO, a WITH that writes, a function."""
    for each in tree.walk(node):
        if tree.kind(each) in ("IntoClause", "InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt"):
            return True
        if isinstance(each, FuncCall):
            name = each.funcname[-1].string.sval
            locks = "advisory" in name
            if name in volatile and name not in _HARMLESS and not locks and not _sets_for_driver(each, name):
                return True
    return False


def _sets_for_driver(call: FuncCall, name: str) -> bool:
    first = call.args[0].a_const.sval.sval.lower() if name == "set_config" and call.args else ""
    return first in _OF_DRIVERS
