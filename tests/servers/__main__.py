"""Install what is missing, and say which server each version will be tested on."""

from __future__ import annotations

import sys

from tests.servers import MAJORS, TOO_OLD, all_required, found, too_old
from tests.servers.install import NotToBeHad, install, install_tools


def main() -> int:
    """1 if a version is missing where all are required."""
    for major in (TOO_OLD, *MAJORS):
        try:
            install(major)
        except NotToBeHad as reason:
            print(f"PostgreSQL {major}: {reason}")
    try:
        install_tools()
    except NotToBeHad as reason:
        print(f"tools for migrations: {reason}")
    have = {**found(), **({TOO_OLD: old} if (old := too_old()) else {})}
    for major in (TOO_OLD, *MAJORS):
        one = have.get(major)
        print(f"PostgreSQL {major}: {f'{one.version} of {one.origin}, {one.bin}' if one else 'MISSING, not tested'}")
    return 1 if all_required() and len(have) <= len(MAJORS) else 0


if __name__ == "__main__":
    sys.exit(main())
