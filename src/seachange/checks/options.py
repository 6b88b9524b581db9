"""Options in parentheses, as VACUUM (FULL) and REINDEX (CONCURRENTLY) have them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

_OFF = frozenset({"false", "off", "0", "no"})


def is_on(options: Iterable[Any], name: str) -> bool:
    """Whether an option is there, and not switched off."""
    found = [option.def_elem for option in options if option.def_elem.defname == name]
    return bool(found) and _value(found[-1]) not in _OFF


def _value(element: Any) -> str:
    match element.arg.WhichOneof("node"):
        case "string":
            return str(element.arg.string.sval).lower()
        case "integer":
            return str(element.arg.integer.ival)
        case "boolean":
            return str(element.arg.boolean.boolval).lower()
    return "true"
