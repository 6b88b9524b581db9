"""pg_dump's custom, directory and tar formats, turned into a script by the newest pg_restore of this machine."""

from __future__ import annotations

import subprocess
from pathlib import Path

from seachange.errors import NotUnderstood
from seachange.postgres.installation import program
from seachange.sql.script import Script, take_apart

_DAMAGED = "It is not whole, or not as pg_dump made it: make the dump again."
_NEWER = (
    "A newer pg_dump made it, and this machine has none newer than {}: install the PostgreSQL that it comes from, "
    "or name the folder of an installation in SEACHANGE_SERVERS."
)


def unpack(path: Path) -> Script:
    """The archive as a script with the settings, owners and grants of its database."""
    pg_restore = program("pg_restore")
    restored = subprocess.run(
        [pg_restore, "--create", "--file=-", path],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    if restored.returncode:
        raise NotUnderstood(
            f"{path}: pg_restore cannot read this archive: {_words(restored.stderr)}",
            hint=_NEWER.format(pg_restore) if b"unsupported version" in restored.stderr else _DAMAGED,
        )
    return take_apart(restored.stdout, str(path))


def _words(stderr: bytes) -> str:
    lines = stderr.decode(errors="replace").strip().splitlines()
    return " / ".join(line.removeprefix("pg_restore: ").removeprefix("error: ") for line in lines[-3:])
