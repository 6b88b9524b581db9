"""In which order the files of a migration folder are run, and which of them are not, by their names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from seachange.errors import NotUnderstood
from seachange.sql.knex import ENDINGS
from seachange.sql.text import decoded
from seachange.sql.written import Section

FLYWAY, SQITCH, DIESEL, PAIRS = "flyway", "sqitch", "diesel", "golang-migrate"
_PLAN = "sqitch.plan"
_KINDS = {"v": 0, "b": 0, "r": 1, "u": 2}
_PASSED_OVER = frozenset({"node_modules", "__pycache__", ".git"})
_ACCEPTED = "Accepted are .sql files, folders of them, and the migrations of knex in .js and .ts."


class Placed(NamedTuple):
    """A file of a folder: which way it leads, and the tool that would run it, where its name or place tells."""

    path: Path
    section: Section = Section.UP
    tool: str = ""


def in_order(paths: Iterable[Path]) -> tuple[Placed, ...]:
    """The files at `paths` and in their folders, as a tool or psql would run them.  Raises NotUnderstood."""
    found: dict[Path, Placed] = {}
    for path in paths:
        for one in _at(path):
            found.setdefault(one.path.resolve(), one)
    return tuple(found.values())


def _at(path: Path) -> Iterator[Placed]:
    if not path.is_dir():
        yield placed(path)
        return
    files = list(_in_folder(path))
    if not files:
        raise NotUnderstood(f"The folder {path} holds no SQL.", hint=_ACCEPTED)
    yield from files


def _in_folder(folder: Path) -> Iterator[Placed]:
    if (folder / _PLAN).is_file():
        yield from _planned(folder)
        return
    below = (path for path in folder.rglob("*") if path.is_file() and _is_migration(path.relative_to(folder)))
    yield from sorted(map(placed, below), key=lambda one: _key(one, folder))


def _is_migration(path: Path) -> bool:
    hidden = any(part in _PASSED_OVER or part.startswith(".") for part in path.parts)
    suffix = path.suffix.lower()
    return not hidden and (suffix == ".sql" or (suffix in ENDINGS and not path.name.endswith(".d.ts")))


def placed(path: Path) -> Placed:
    """What the name of a file tells."""
    name = path.name.lower()
    if name.endswith((".up.sql", ".down.sql")):
        return Placed(path, Section.DOWN if name.endswith(".down.sql") else Section.UP, PAIRS)
    if name in ("up.sql", "down.sql"):
        return Placed(path, Section(name.removesuffix(".sql")), DIESEL)
    if _flyway(name):
        return Placed(path, Section.DOWN if name[0] == "u" else Section.UP, FLYWAY)
    return Placed(path)


def _flyway(name: str) -> bool:
    version, separator, _ = name.partition("__")
    if not separator or version[:1] not in _KINDS or not name.endswith(".sql"):
        return False
    return version == "r" or (version[0] != "r" and version[1:].replace(".", "").replace("_", "").isdigit())


def _key(one: Placed, folder: Path) -> tuple[object, ...]:
    relative = one.path.relative_to(folder)
    if one.tool == FLYWAY:
        version, _, description = relative.name.lower().partition("__")
        numbers = tuple(int(part) for part in version[1:].replace("_", ".").split(".") if part)
        return ((), _KINDS[version[0]], numbers, description)
    return (tuple(_natural(part) for part in relative.parts), 0, (), "")


def _natural(name: str) -> tuple[tuple[int, int, str], ...]:
    """A name so that 9 comes before 10, and the way there before the way back."""
    found: list[tuple[int, int, str]] = []
    number = word = ""
    for sign in [*name.lower().replace(".up.sql", ".0.sql").replace(".down.sql", ".1.sql"), ""]:
        if sign.isdecimal():
            found += [(1, 0, word)] if word else []
            number, word = number + sign, ""
        else:
            found += [(0, int(number), "")] if number else []
            number, word = "", word + sign
    return (*found, (1, 0, word))


def _planned(folder: Path) -> Iterator[Placed]:
    """sqitch's changes in the order of its plan: deployed, then what reverts and what verifies them."""
    names = _changes(folder / _PLAN)
    for section, place in ((Section.UP, "deploy"), (Section.DOWN, "revert"), (Section.VERIFY, "verify")):
        for name in names:
            path = folder / place / f"{name}.sql"
            if path.is_file():
                yield Placed(path, section, SQITCH)
            elif section is Section.UP:
                raise NotUnderstood(f"{folder / _PLAN} names {name}, but there is no {path}.")


def _changes(plan: Path) -> tuple[str, ...]:
    """The names of its scripts.  A change that was reworked has its older script under the name of the tag after it."""
    lines = decoded(plan.read_bytes(), str(plan)).text.decode().splitlines()
    words = [line.split("#")[0].split()[0] for line in lines if line.split("#")[0].strip() and line[0] != "%"]
    names = [(at, word) for at, word in enumerate(words) if not word.startswith("@")]
    last = {name: at for at, name in names}
    return tuple(name if at == last[name] else name + _tag(words[at:]) for at, name in names)


def _tag(words: Sequence[str]) -> str:
    return next((word for word in words if word.startswith("@")), "")
