"""A file put in its place: whoever reads sees the old one or the new one, never half of it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from seachange.errors import NotWritten


def put(path: Path, content: bytes) -> None:
    """All of it or nothing.  Raises NotWritten, having left what was there."""
    with writing(path):
        number, name = tempfile.mkstemp(prefix=f".{path.name[:100]}.", dir=path.parent)
        try:
            with open(number, "wb") as file:
                file.write(content)
            os.chmod(name, _mode(path))
            os.replace(name, path)
        except BaseException:
            with suppress(OSError):
                os.unlink(name)
            raise


@contextmanager
def writing(place: Path | str) -> Iterator[None]:
    """What the system says against it is raised as NotWritten."""
    try:
        yield
    except OSError as error:
        raise NotWritten(f"cannot write {place}: {error.strerror}") from error


def _mode(path: Path) -> int:
    """That of the file in its place, or what any new file gets."""
    if path.exists():
        return path.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
