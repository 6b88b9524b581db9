"""seachange carries a PostgreSQL database from the state it is in to the state it should be in.

>>> from seachange import compare, read
>>> comparison = compare(read("service=production"), read("schema/"))
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seachange.apply import apply
    from seachange.compare import compare
    from seachange.migrate.job import migrate
    from seachange.planner import plan
    from seachange.postgres.read import read
    from seachange.rehearse import rehearse
    from seachange.verify import verify

__version__ = "0.1.0"
__all__ = ["__version__", "apply", "compare", "migrate", "plan", "read", "rehearse", "verify"]

_HOMES = {
    "apply": "seachange.apply",
    "compare": "seachange.compare",
    "migrate": "seachange.migrate.job",
    "plan": "seachange.planner",
    "read": "seachange.postgres.read",
    "rehearse": "seachange.rehearse",
    "verify": "seachange.verify",
}


def __getattr__(name: str) -> object:
    """Import late: `seachange --version` needs neither a driver nor a parser."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)


class _Face(ModuleType):
    """Keeps the verbs: that the package `seachange.compare` was imported does not hide the function of that name."""

    def __setattr__(self, name: str, value: object) -> None:
        if not (name in _HOMES and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Face
