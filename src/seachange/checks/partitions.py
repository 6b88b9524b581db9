"""Partitions as statements make, attach and detach them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from seachange.catalog.facts import Path
from seachange.catalog.facts.relations import Table
from seachange.checks.around import Around
from seachange.checks.world import World
from seachange.sql.migration import Written
from seachange.sql.nodes import CreateStmt
from seachange.sql.parse import tokens

DEFAULT = "DEFAULT"


def parent_of(written: Written, around: Around) -> Path | None:
    """The table that a CREATE TABLE … PARTITION OF makes a partition of."""
    statement = written.node
    if not isinstance(statement, CreateStmt) or not statement.HasField("partbound"):
        return None
    return around.world.path(statement.inh_relations[0].range_var)


def bound_of(written: Written) -> str:
    """FOR VALUES … or DEFAULT, as it is written, without what follows."""
    words = tokens(written.text)
    first = next(at for at, word in enumerate(words) if word.text.upper() in ("FOR", DEFAULT))
    text, depth = written.text.encode(), 0
    if words[first].text.upper() == DEFAULT:
        return DEFAULT
    end = len(words)
    for at in range(first, len(words)):
        depth += {"(": 1, ")": -1}.get(words[at].text, 0)
        if depth == 0 and words[at].text == ")" and at + 1 < len(words) and _ends(words[at + 1].text):
            end = at + 1
            break
    return text[words[first].start : words[end - 1].end].decode()


def _ends(word: str) -> bool:
    return word.upper() not in ("TO", "WITH")


def default_of(parent: Path, world: World) -> Path | None:
    """The default partition of a table, as far as it is known."""
    children = ((each, world.at(each)) for each in world.children(parent))
    return next((path for path, fact in children if isinstance(fact, Table) and fact.bound == DEFAULT), None)


def attached(written: Written, commands: Iterator[Any], around: Around) -> Iterator[tuple[Path, Any]]:
    """The partition that each command is about, with what is said of it."""
    for command in commands:
        partition = getattr(command, "def").partition_cmd
        yield around.world.path(partition.name), partition
