"""A folder that takes the place of another at once: whoever looks sees the old one or the new one."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from seachange.errors import NotWritten


def swapped(path: Path, files: Mapping[str, bytes]) -> None:
    """Make `path` a folder of these files and no others.  Raises NotWritten, having changed nothing."""
    path = path.absolute()
    try:
        with tempfile.TemporaryDirectory(prefix=f".{path.name[:100]}.", dir=path.parent) as place:
            fresh, old = Path(place, "new"), Path(place, "old")
            fresh.mkdir()
            for name, content in files.items():
                file = fresh / name
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(content)
            _exchange(path, fresh, old)
    except OSError as error:
        raise NotWritten(
            f"cannot write {path}: {error.strerror}",
            hint="Name a folder, new or made by `seachange plan`, in one that exists and that you may write to.",
        ) from error


def _exchange(path: Path, fresh: Path, old: Path) -> None:
    if not path.exists():
        os.rename(fresh, path)
        return
    os.rename(path, old)
    try:
        os.rename(fresh, path)
    except OSError:
        os.rename(old, path)
        raise
    shutil.rmtree(old)
