"""DROP EXTENSION takes its types, functions and operators along, with columns, indexes and rows that have them.

Without CASCADE the server refuses while something uses them; with it, columns of the extension's types go, values
included, and so do indexes with its operators.  What an application calls, no catalog tells.

Change the columns to other types, and make the indexes without its operators, while the extension is still there.  Then
drop it without CASCADE: what was forgotten stops that.
"""

from __future__ import annotations

from seachange.catalog.ref import Ref
from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.falling import falling, listed
from seachange.checks.named import is_new, strings
from seachange.checks.world import World
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import OBJECT_EXTENSION, DropStmt
from seachange.sql.quote import name


def _look(written: Written, around: Around) -> Remarks:
    statement = written.node
    assert isinstance(statement, DropStmt)
    if statement.remove_type != OBJECT_EXTENSION:
        return
    for extension in strings(statement.objects):
        ref = Ref("extension", (extension,))
        users = _users(around.world, ref)
        if is_new(around.world, ref) or (around.world.known and not users):
            continue
        used = f" It is used by {listed(users)}." if users else ""
        yield Remark(
            message=f"With the extension {name(extension)} go its types and functions and what is built on them.{used}",
            about=name(extension),
            advice="Move what uses it to something else first; then drop it without CASCADE.",
        )


def _users(world: World, ref: Ref) -> list[Ref]:
    return falling(world.catalog, [ref]) if world.catalog and world.get(ref) else []


CHECK = Check(
    name="drop-extension",
    code="DL10",
    severity=Severity.ERROR,
    needs=frozenset({Needs.CATALOG}),
    summary="DROP EXTENSION, which takes along what has its types",
    kinds=("DropStmt",),
    statement=_look,
    same_as=("squawk ban-drop-extension",),
)
