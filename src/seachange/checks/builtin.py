"""What PostgreSQL brings along: functions, types, relations and settings, by the version in which each came."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec

ANY = "*"
"""In `changing`: whatever the arguments are."""


@cache
def functions(major: int) -> frozenset[str]:
    return _names("functions", major)


@cache
def types(major: int) -> frozenset[str]:
    """Types, without arrays of them."""
    return _names("types", major)


@cache
def relations(major: int) -> frozenset[str]:
    """What is in pg_catalog to be read."""
    return _names("relations", major)


@cache
def since(kind: str) -> Mapping[str, int]:
    """The functions, types or settings that are newer than version 14, with their versions."""
    known = _read()[kind]["since"]
    return {name: int(version) for version, names in known.items() if version != "14" for name in names.split()}


@cache
def changing() -> Mapping[str, tuple[str, ...]]:
    """Functions that may give another result for the same arguments, with the types of these where others do not."""
    told = dict(_read()["changing"])
    always = dict.fromkeys(told.pop(ANY).split(), (ANY,))
    return {**always, **{name: tuple(types) for name, types in told.items()}}


def _names(kind: str, major: int) -> frozenset[str]:
    known = _read()[kind]
    there = {name for version, names in known["since"].items() if int(version) <= major for name in names.split()}
    gone = {name for version, names in known["gone"].items() if int(version) <= major for name in names.split()}
    return frozenset(there - gone)


@cache
def _read() -> Any:
    return msgspec.json.decode(files("seachange.checks").joinpath("builtin.json").read_bytes())
