"""What is asked of the server's catalogs: one query per kind, the same text for every version of PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files

import msgspec

from seachange.catalog.facts import KINDS

OPENING = "_opening"
SCHEMAS = "_schemas"
ROLES = "_roles"
DEPENDENCIES = "_dependencies"
INVENTORY = "_inventory"
IMPLIED = "_implied"
SUBJECTS = "_subjects"
SIZES = "_sizes"
RELATIONS = ("table", "index", "sequence", "view", "materialized_view", "foreign_table", "composite_type")
"""What columns and all that hangs on a relation are named after: read first."""


class Query(msgspec.Struct, frozen=True):
    """One query and the major version that first understands it."""

    name: str
    text: str
    since: int = 0
    cluster: bool = False


def text_of(name: str) -> str:
    """The text of a query; those that read no kind begin with an underscore."""
    return files(__package__).joinpath(f"{name}.sql").read_text()


def queries(major: int, *, cluster: bool) -> Iterator[Query]:
    """One query for each kind, or for several kinds that share one, as far as the server has them."""
    of_cluster = {name_of(kind): fact.cluster for kind, fact in KINDS.items()}
    for name in sorted(of_cluster, key=_turn):
        text = text_of(name)
        query = Query(name, text, _since(text), of_cluster[name])
        if query.since <= major and (cluster or not query.cluster):
            yield query


def name_of(kind: str) -> str:
    """The query that reads a kind."""
    return KINDS[kind].query or kind.replace(" ", "_").replace("-", "_")


def _turn(name: str) -> tuple[bool, bool, bool, str]:
    """Relations come first, then their columns; what is said of objects comes last."""
    told = any(kind.told and name_of(label) == name for label, kind in KINDS.items())
    return name not in RELATIONS, name != "column", told, name


def _since(text: str) -> int:
    marks = (line.removeprefix("-- since: ") for line in text.splitlines() if line.startswith("-- since: "))
    return int(next(marks, "0"))
