"""What is usual in a project: what its settings say of names, columns and services."""

from __future__ import annotations

import re
from collections.abc import Mapping

from msgspec import Struct

from seachange.catalog.facts import Path
from seachange.catalog.scope import Pattern, covers, pattern
from seachange.config import FILE, Config
from seachange.errors import NotUnderstood

KINDS = ("table", "column", "index", "constraint", "view", "sequence", "function", "trigger", "type")
"""The kinds of object whose names a project may have rules for."""


class Customs(Struct, frozen=True):
    """What a project wants of what it makes.

    `names` are regular expressions for the names of each kind of object, `columns` those that every table is to have,
    `services` the patterns of what belongs to each service.
    """

    names: Mapping[str, str] = {}
    columns: tuple[str, ...] = ()
    services: Mapping[str, tuple[Pattern, ...]] = {}

    def service(self, names: Path) -> str:
        """The service that something belongs to; empty where it is none's."""
        owners = (name for name, patterns in self.services.items() if any(covers(one, names) for one in patterns))
        return next(owners, "")


NONE = Customs()


def customs(settings: Config) -> Customs:
    """What the settings of a project say.  Raises NotUnderstood."""
    services = {name: tuple(map(pattern, texts)) for name, texts in settings.services.items()}
    for kind, wanted in settings.names.items():
        _tried(kind, wanted)
    return Customs(settings.names, settings.tables.columns, services)


def _tried(kind: str, wanted: str) -> None:
    if kind not in KINDS:
        raise NotUnderstood(f"{FILE}: names of {kind!r}", hint=f"There may be names of: {', '.join(KINDS)}.")
    try:
        re.compile(wanted)
    except re.error as error:
        raise NotUnderstood(f"{FILE}: {wanted!r} is no regular expression: {error}") from error
