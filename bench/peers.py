"""The tools that reading is measured against, each installed in a folder of its own."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

import msgspec
from psycopg.conninfo import conninfo_to_dict

from bench.child import Command, Failed
from seachange.errors import SeachangeError
from seachange.postgres.server import program

HERE = Path(__file__).parent
HOME = HERE.parent / ".servers" / "peers"
NEWEST = 18
"""The major version of PostgreSQL that all is measured on."""


class Peer(msgspec.Struct, frozen=True):
    """Another tool: `reading` is the command that reads one database, given its conninfo and a file to write to."""

    name: str
    reading: Callable[[str, Path], Command]


def pg_dump() -> Peer:
    try:
        path = str(program("pg_dump", NEWEST))
    except SeachangeError as reason:
        raise Failed(str(reason)) from reason
    options = ("--schema-only", "--no-password")
    return Peer("pg_dump", lambda conninfo, file: [path, *options, f"--file={file}", f"--dbname={conninfo}"])


def pg_delta() -> Peer:
    folder = _laid_out("pg_delta", "package-lock.json")
    _once(folder, ["npm", "ci", "--ignore-scripts", "--no-audit", f"--prefix={folder}"])
    return Peer("pg-delta", lambda conninfo, file: ["node", str(folder / "extract.mjs"), url(conninfo)])


def pg_delta_plans(current: str, desired: str) -> Command:
    """The whole process that plans; it tells how long that took after reading."""
    pg_delta()
    return ["node", str(HOME / "pg_delta" / "plan.mjs"), url(current), url(desired)]


def squawk(folder: Path) -> Command:
    """Lints all files of a folder; that it finds something is no failure."""
    program = _of_pip("squawk") / "venv" / "bin" / "squawk"
    return ["sh", "-c", '"$0" "$1"/*.sql; test $? -le 1', str(program), str(folder)]


def migra() -> Peer:
    folder = _of_pip("migra")
    python = str(folder / "venv" / "bin" / "python")
    return Peer("migra", lambda conninfo, file: [python, str(folder / "inspector.py"), url(conninfo)])


PEERS = {"pg-delta": pg_delta, "pg_dump": pg_dump, "migra": migra}


def peers() -> tuple[list[Peer], dict[str, str]]:
    """Those that this machine can have, and why it cannot have the others."""
    had, missing = [], {}
    for name, install in PEERS.items():
        try:
            had.append(install())
        except Failed as reason:
            missing[name] = str(reason)
    return had, missing


def url(conninfo: str) -> str:
    """The same address in the one form that every tool understands."""
    parameters = conninfo_to_dict(conninfo)
    query = urlencode({name: parameters[name] for name in ("host", "port")})
    return f"postgresql://{parameters['user']}@/{parameters['dbname']}?{query}"


def _of_pip(name: str) -> Path:
    """The folder with an environment that holds the peer."""
    folder = _laid_out(name, "requirements.txt")
    python = str(folder / "venv" / "bin" / "python")
    install = [python, "-m", "pip", "install", "--quiet", f"--requirement={folder / 'requirements.txt'}"]
    _once(folder, [sys.executable, "-m", "venv", str(folder / "venv")], install)
    return folder


def _laid_out(name: str, lock: str) -> Path:
    """The peer's folder with our files for it; one that was made from another lock file is made anew."""
    folder = HOME / name
    if folder.exists() and (folder / lock).read_bytes() != (HERE / name / lock).read_bytes():
        shutil.rmtree(folder)
    shutil.copytree(HERE / name, folder, dirs_exist_ok=True)
    return folder


def _once(folder: Path, *commands: list[str]) -> None:
    """Installed whole or not at all."""
    if not (folder / "complete").exists():
        for command in commands:
            _run(command)
        (folder / "complete").touch()


def _run(command: list[str]) -> None:
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    except FileNotFoundError as reason:
        raise Failed(f"{command[0]} is not on this machine") from reason
    if done.returncode:
        raise Failed((done.stderr.strip() or "no reason given").splitlines()[-1])
