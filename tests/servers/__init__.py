"""The servers that the tests run on: one PostgreSQL of each major version, found here or installed."""

from __future__ import annotations

import os
from pathlib import Path

from seachange.postgres.installation import Installation, at, installations

MAJORS = (14, 15, 16, 17, 18)
HOME = Path(__file__).parents[2] / ".servers"
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


def all_required() -> bool:
    """Elsewhere a version that cannot be had is skipped."""
    return os.environ.get("CI") == "true"
