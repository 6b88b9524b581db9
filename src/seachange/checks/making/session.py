"""Settings and transactions: what a session has set, and what a ROLLBACK takes back."""

from __future__ import annotations

from msgspec.structs import replace

from seachange.checks.world import PUBLIC, World
from seachange.sql import nodes, tree
from seachange.sql.nodes import TransactionStmt, VariableSetStmt

BEGINS = (nodes.TRANS_STMT_BEGIN, nodes.TRANS_STMT_START)
COMMITS = (nodes.TRANS_STMT_COMMIT, nodes.TRANS_STMT_PREPARE)
SETS = (nodes.VAR_SET_VALUE, nodes.VAR_SET_CURRENT)
SEARCH_PATH = "search_path"
OWN = ("$user", "pg_catalog", "pg_temp")
"""Words in a search path that name no schema of the database's."""


def transaction(statement: TransactionStmt, world: World) -> World:
    """After ROLLBACK all is as it was at BEGIN."""
    if statement.kind in BEGINS:
        return world if world.begun else replace(world, begun=world)
    if statement.kind in COMMITS:
        return _ended(world)
    if statement.kind == nodes.TRANS_STMT_ROLLBACK:
        return world.begun or world
    return world


def _ended(world: World) -> World:
    """What was set for the transaction alone is as it was."""
    if world.begun is None:
        return world
    before = {name: world.begun.settings.get(name) for name in world.local}
    settings = {name: value for name, value in world.settings.items() if name not in before}
    settings |= {name: value for name, value in before.items() if value is not None}
    path = world.begun.search_path if SEARCH_PATH in world.local else world.search_path
    return replace(world, begun=None, local=frozenset(), settings=settings, search_path=path)


def setting(statement: VariableSetStmt, world: World) -> World:
    name = statement.name.lower()
    local = world.local | {name} if statement.is_local else world.local - {name}
    if statement.kind == nodes.VAR_RESET_ALL:
        return replace(world, settings={}, search_path=(PUBLIC,))
    if statement.kind not in SETS:
        settings = {key: value for key, value in world.settings.items() if key != name}
        path = (PUBLIC,) if name == SEARCH_PATH else world.search_path
        return replace(world, settings=settings, local=local, search_path=path)
    words = tuple(_word(tree.inner(each)) for each in statement.args)
    path = tuple(each for each in words if each not in OWN and each) if name == SEARCH_PATH else world.search_path
    settings = {**world.settings, name: ", ".join(words)}
    return replace(world, settings=settings, local=local, search_path=path)


def _word(node: object) -> str:
    """A value as it is written, without quotes."""
    inside = getattr(node, "arg", node)
    value = tree.inner(inside)
    field = value.WhichOneof("val") if hasattr(value, "val") or value.DESCRIPTOR.name == "A_Const" else None
    constant = getattr(value, field) if field else None
    return str(getattr(constant, field, "")) if field else ""
