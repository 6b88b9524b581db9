"""Carry a shop's database to its next version while its application writes, then verify and undo that.

PostgreSQL is started for it, and ends with it.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import time
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

if __package__:
    from .workload import Tally, busy
else:
    from workload import Tally, busy

HERE = Path(__file__).parent
LEGACY, NEW = HERE / "shop" / "legacy", HERE / "shop" / "new"
OUT = HERE.parent / "demo-out"
SERVICE = "service=shop"
RENAMES = (
    "clients=shop.customers",
    "addresses.client_id=customer_id",
    "orders.client_id=customer_id",
    "orders.remark=note",
)
WORK = (
    (
        *("migrate", SERVICE, "demo/shop/new", "--to", "demo-out", "--yes-to", "all"),
        *("--backup-to", "demo-out/before-migrate.dump"),
        *(word for rename in RENAMES for word in ("--rename", f"shop.{rename}")),
    ),
    ("verify", SERVICE, "demo/shop/new"),
    ("undo", SERVICE, "--yes-to", "all", "--backup-to", "demo-out/before-undo.dump"),
    ("compare", SERVICE, "demo/shop/legacy"),
)
"""What is done while the application writes."""
SHOWN = 5


def main() -> int:
    """The exit code: 0 where all passed and no writer lost a transaction."""
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir()
    try:
        with shop() as (conninfo, environment), busy(conninfo) as tally:
            for words in WORK:
                seachange(environment, *words)
    except SeachangeError as error:
        print(*filter(None, (error.message, error.advice)), sep="\n", file=sys.stderr)
        return error.exit_code
    told(tally)
    return 1 if tally.lost else 0


def told(tally: Tally) -> None:
    """What the application saw, and where the evidence is."""
    print(f"\nMeanwhile the shop's application wrote: {tally.passed:,} transactions passed,")
    print(f"{tally.retried:,} of them after a retry, {len(tally.lost):,} not at all.")
    print(f"The worst stall that a writer saw: {tally.worst:.2f} s.")
    for words in tally.lost[:SHOWN]:
        print(f"  lost: {words}")
    print("\nThe documents, the page to open in a browser last:")
    for path in sorted(OUT.iterdir(), key=lambda path: path.suffix == ".html"):
        if path.is_file():
            print(f"  {path}")


@contextmanager
def shop() -> Iterator[tuple[str, dict[str, str]]]:
    """The shop's database as it is today, and the environment in which `service=shop` means it."""
    chosen = installation()
    print(f"Starting PostgreSQL {chosen.version} and making the shop's database from {shown(LEGACY)} …", flush=True)
    with running(chosen) as server, TemporaryDirectory() as folder:
        with psycopg.connect(server, autocommit=True) as session:
            session.execute("CREATE DATABASE shop")
        conninfo = make_conninfo(server, dbname="shop")
        load(conninfo, [read(path) for path in sorted(LEGACY.glob("*.sql"))], own_server=True)
        print("Filling it …", flush=True)
        with psycopg.connect(conninfo, autocommit=True) as session:
            session.execute((HERE / "fill.sql").read_bytes())
        services = Path(folder) / "services.conf"
        services.write_text("\n".join(["[shop]", *service_lines(conninfo)]))
        yield conninfo, {**os.environ, "PGSERVICEFILE": str(services)}


def service_lines(conninfo: str) -> Iterator[str]:
    """What a service file says to lead to where `conninfo` leads."""
    return (f"{name}={value}" for name, value in conninfo_to_dict(conninfo).items() if value)


def seachange(environment: dict[str, str], *arguments: str) -> None:
    """Run `seachange` as somebody at a terminal would, and show the command line."""
    print(f"\n$ seachange {shlex.join(arguments)}", flush=True)
    command = [sys.executable, "-m", "seachange", *arguments]
    began = time.monotonic()
    code = subprocess.run(command, env=environment, cwd=HERE.parent, check=False).returncode
    print(f"\n({time.monotonic() - began:.0f} s)", flush=True)
    if code:
        raise SeachangeError(f"seachange ended with exit code {code}.")


def shown(path: Path) -> str:
    """`path` as it is called from the project's folder."""
    return str(path.relative_to(HERE.parent))


if __name__ == "__main__":
    sys.exit(main())
