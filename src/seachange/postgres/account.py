"""The account that servers run as, and the places that account can reach.  PostgreSQL refuses to run as root."""

from __future__ import annotations

import os
import pwd
from contextlib import suppress
from pathlib import Path

import msgspec

from seachange.errors import NotPermitted, NotWritten

UNPRIVILEGED = ("postgres", "nobody")
SHARED_CACHE = Path("/var/cache")
"""Where root keeps its cache when root's home lets nobody else through."""


class Account(msgspec.Struct, frozen=True):
    """Whom a program runs as; None throughout: as whoever we are."""

    user: int | None = None
    group: int | None = None

    @property
    def groups(self) -> list[int] | None:
        return None if self.user is None else []

    def own(self, path: Path) -> None:
        if self.user is not None and self.group is not None:
            os.chown(path, self.user, self.group)


def account() -> Account:
    """Ourselves, or an unprivileged account of this machine if we are root."""
    if os.geteuid() != 0:
        return Account()
    for name in UNPRIVILEGED:
        with suppress(KeyError):
            entry = pwd.getpwnam(name)
            return Account(entry.pw_uid, entry.pw_gid)
    raise NotPermitted(
        "PostgreSQL does not run as root, and this machine has no account to run it as.",
        hint="Run as another user, or add an account named postgres.",
    )


def reachable(path: Path) -> bool:
    """May the account go to `path`?  What is not there yet is made by us, so that it may."""
    if os.geteuid() != 0:
        return True
    ways = (path, *path.parents)
    return all(way.stat().st_mode & 0o001 for way in ways if way.exists())


def cache() -> Path:
    """Our folder for what can be made again."""
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return folder((home if reachable(home) else SHARED_CACHE) / "seachange")


def folder(path: Path) -> Path:
    """`path`, made if it is not there; others may look into it, whatever our umask says."""
    try:
        for missing in reversed([way for way in (path, *path.parents) if not way.exists()]):
            missing.mkdir(exist_ok=True)
            missing.chmod(0o755)
    except OSError as error:
        raise NotWritten(
            f"The folder {path} cannot be made: {error.strerror}.",
            hint="Set XDG_CACHE_HOME to a folder you may write to.",
        ) from error
    return path


def environment() -> dict[str, str]:
    """Our environment without what libpq and the server read from it."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")}
