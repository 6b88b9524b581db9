"""Calls of functions in a statement, found by the grammar and changed in their place."""

from __future__ import annotations

from seachange.sql import tree
from seachange.sql.edit import Edit, edited
from seachange.sql.nodes import FuncCall
from seachange.sql.parse import token_ends


def renamed(sql: str, old: str, new: str) -> str:
    """`sql` with the function `old` called `new` wherever it is called."""
    node = tree.tree(sql)
    raw = sql.encode()
    edits = []
    for each in tree.walk(node) if node else ():
        if isinstance(each, FuncCall) and each.funcname[-1].string.sval == old:
            edits.append(Edit(each.location, token_ends(raw, each.location, 2 * len(each.funcname) - 1), new))
    return edited(raw, edits).decode()
