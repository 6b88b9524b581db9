"""Compare a shop's database with what its next version needs, on a PostgreSQL that ends with the demo."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from seachange.errors import SeachangeError
from seachange.postgres.installation import installation
from seachange.postgres.load import load
from seachange.postgres.server import running
from seachange.sql.script import read

HERE = Path(__file__).parent
LEGACY, NEW = HERE / "shop" / "legacy", HERE / "shop" / "new"
SERVICE = "service=shop"
DIFFERS = 1


def main() -> int:
    """The exit code: 0, for the two differ, and that is what the demo is there to show."""
    out = HERE.parent / "demo-out"
    out.mkdir(exist_ok=True)
    page, machine, snapshot = out / "comparison.html", out / "comparison.json", out / "shop.snapshot"
    try:
        with shop() as environment:
            seachange(environment, "compare", SERVICE, shown(NEW), expected=DIFFERS)
            seachange(environment, "compare", SERVICE, shown(NEW), "-o", shown(page), expected=DIFFERS)
            seachange(environment, "compare", SERVICE, shown(NEW), "-o", shown(machine), expected=DIFFERS)
            seachange(environment, "snapshot", SERVICE, "-o", shown(snapshot))
    except SeachangeError as error:
        print(*filter(None, (error.message, error.advice)), sep="\n", file=sys.stderr)
        return error.exit_code
    print(f"\nThe comparison as a page, to open in a browser: {page}")
    print(f"The same for machines: {machine}")
    print(f"The state of the database, to compare with later: {snapshot}")
    return 0


@contextmanager
def shop() -> Iterator[dict[str, str]]:
    """The environment in which `service=shop` is the shop's database as it is today."""
    chosen = installation()
    print(f"Starting PostgreSQL {chosen.version} and making the shop's database from {shown(LEGACY)} …", flush=True)
    with running(chosen) as server, TemporaryDirectory() as folder:
        with psycopg.connect(server, autocommit=True) as session:
            session.execute("CREATE DATABASE shop")
        conninfo = make_conninfo(server, dbname="shop")
        load(conninfo, [read(path) for path in sorted(LEGACY.glob("*.sql"))], own_server=True)
        services = Path(folder) / "services.conf"
        services.write_text("\n".join(["[shop]", *service_lines(conninfo)]))
        yield {**os.environ, "PGSERVICEFILE": str(services)}


def service_lines(conninfo: str) -> Iterator[str]:
    """What a service file says to lead to where `conninfo` leads."""
    return (f"{name}={value}" for name, value in conninfo_to_dict(conninfo).items() if value)


def seachange(environment: dict[str, str], *arguments: str, expected: int = 0) -> None:
    """Run `seachange` as somebody at a terminal would, and show the command line."""
    print(f"\n$ seachange {shlex.join(arguments)}", flush=True)
    code = subprocess.run(
        [sys.executable, "-m", "seachange", *arguments], env=environment, cwd=HERE.parent, check=False
    ).returncode
    if code != expected:
        raise SeachangeError(f"seachange ended with exit code {code}, and not with {expected}.")


def shown(path: Path) -> str:
    """`path` as it is called from the project's folder."""
    return str(path.relative_to(HERE.parent))


if __name__ == "__main__":
    sys.exit(main())
