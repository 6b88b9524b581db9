"""pg_dump's custom, directory and tar formats, turned into a script by the newest pg_restore of this machine."""

from __future__ import annotations

import subprocess
from pathlib import Path

from seachange.errors import NotUnderstood
from seachange.postgres.installation import program
from seachange.sql.script import Script, take_apart


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
