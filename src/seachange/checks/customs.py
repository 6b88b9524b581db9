"""What is usual in a project: what its settings say of names, columns and services."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct


class Customs(Struct, frozen=True):
    """What a project wants of what it makes.

    `names` are regular expressions for the names of each kind of object, `columns` those that every table is to have,
    `services` the patterns of the schemas or tables that belong to each service.
    """

    names: Mapping[str, str] = {}
    columns: tuple[str, ...] = ()
    services: Mapping[str, tuple[str, ...]] = {}


NONE = Customs()
