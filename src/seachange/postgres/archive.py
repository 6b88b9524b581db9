"""pg_dump's custom, directory and tar formats, turned into a script by the newest pg_restore of this machine."""

from __future__ import annotations

import subprocess
from pathlib import Path

from seachange.errors import NotUnderstood
from seachange.postgres.installation import program
from seachange.sql.script import Script, take_apart

_CUSTOM, _TAR = b"PGDMP", b"toc.dat\0"


def is_archive(path: Path) -> bool:
    """Whether pg_restore reads `path`, told by its content and not by its name."""
    if path.is_dir():
        return (path / "toc.dat").is_file()
    with path.open("rb") as file:
        return file.read(8).startswith((_CUSTOM, _TAR))


def unpack(path: Path) -> Script:
    """The archive as a script with the settings, owners and grants of its database."""
    restored = subprocess.run(
        [program("pg_restore"), "--create", "--file=-", path],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    if restored.returncode:
        raise NotUnderstood(
            f"{path}: pg_restore cannot read this archive: {_words(restored.stderr)}",
            hint="Is it whole, and not made by a pg_dump newer than every pg_restore on this machine?",
        )
    return take_apart(restored.stdout, str(path))


def _words(stderr: bytes) -> str:
    lines = stderr.decode(errors="replace").strip().splitlines()
    return " / ".join(line.removeprefix("pg_restore: ").removeprefix("error: ") for line in lines[-3:])
