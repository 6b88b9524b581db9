"""The servers that the tests run on: one PostgreSQL of each major version, found here or installed."""

from __future__ import annotations

import os
from pathlib import Path

from seachange.postgres.installation import Installation, at, installations

MAJORS = (14, 15, 16, 17, 18)
TOO_OLD = 13
"""The last that seachange does not work with, so that what it says then is tested too."""
HOME = Path(__file__).parents[2] / ".servers"
TOOLS = HOME / "tools"
"""Tools for migrations that come from npm."""
PREFERRED = {15: "Debian"}
"""Debian's has extensions of others; npm's, taken otherwise, has PostgreSQL's own, which the wheel has not."""


def found() -> dict[int, Installation]:
    """The best installation of each version that this machine has."""
    ours = (at(HOME / str(major) / "native" / "bin", "npm") for major in MAJORS)
    every = [*filter(None, ours), *installations()]
    return {
        major: min(fitting, key=lambda one: one.origin != PREFERRED.get(major, "npm"))
        for major in MAJORS
        if (fitting := [one for one in every if one.major == major])
    }


def too_old() -> Installation | None:
    """The installation of the version that is refused, where this machine has it."""
    return at(HOME / str(TOO_OLD) / "native" / "bin", "npm")


def all_required() -> bool:
    """Elsewhere a version that cannot be had is skipped."""
    return os.environ.get("CI") == "true"
