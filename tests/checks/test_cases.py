"""Each check on cases of its own: `cases/CHECK/bad_*.sql` are flagged by it, `good_*.sql` are not.

A line `-- migration` parts the state before from the script; without it, there is no catalog.  A file that begins with
`-- state` has no script: the state itself is looked at.  `-- server 14` at the beginning tells the server's version.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from seachange.checks import Known, advised, checks, looked_at
from seachange.checks.around import NEWEST, State
from seachange.checks.check import Needs, Remark, Verdict
from seachange.checks.world import World
from seachange.config import Linting
from seachange.lint import lint, wishes
from seachange.postgres.extract import extract
from seachange.sql.migration import taken_apart
from tests.plugins.servers import Server

CASES = Path(__file__).parent / "cases"
ALL = sorted(CASES.glob("*/*.sql"))
MARK = "\n-- migration\n"
SERVER = "-- server "


def _case(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


def _has_state(path: Path) -> bool:
    text = path.read_text()
    return text.startswith("-- state") or MARK in f"\n{text}"


def _version(text: str) -> int:
    first = text.partition("\n")[0]
    return int(first.removeprefix(SERVER)) * 10_000 if first.startswith(SERVER) else NEWEST


def verdicts(path: Path, database: Callable[[], str]) -> Iterator[Remark]:
    """What the check that a case belongs to says of it; what it asks is asked."""
    text, name = path.read_text(), path.parent.name
    if not (checks()[name].statement or checks()[name].state):
        yield from _of_others(text.encode(), path.name, name)
        return
    if not _has_state(path):
        known = Known(version=_version(text))
        yield from (told.remark for told in looked_at([taken_apart(text.encode(), path.name)], known, {name}))
        return
    state, _, script = f"\n{text}".partition(MARK)
    with psycopg.connect(database(), autocommit=True) as session:
        session.execute(state.encode())
        catalog, version = extract(session), session.info.server_version
        if text.startswith("-- state"):
            said = [told.remark for told in advised(State(catalog, version=version), {name})]
        else:
            known = Known(World(catalog), version)
            said = [told.remark for told in looked_at([taken_apart(script.encode(), path.name)], known, {name})]
        for remark in said:
            yield from [remark] * (session.execute(remark.asks.sql.encode()).rowcount if remark.asks else 1)


def _of_others(raw: bytes, file: str, name: str) -> Iterator[Remark]:
    """What a check says that looks at what others say."""
    linted = lint([taken_apart(raw, file)], wishes(Linting()))
    yield from (Remark(message=flag.message) for flag in linted.counting if flag.check == name)


def _flags(path: Path, database: Callable[[], str]) -> list[Remark]:
    found = list(verdicts(path, database))
    return [remark for remark in found if remark.verdict is Verdict.FLAGGED or remark.asks]


@pytest.mark.parametrize("path", [path for path in ALL if not _has_state(path)], ids=_case)
def test_without_a_catalog(path: Path) -> None:
    assert bool(_flags(path, str)) is path.name.startswith("bad")


@pytest.mark.newest
@pytest.mark.parametrize("path", [path for path in ALL if _has_state(path)], ids=_case)
def test_with_a_state(path: Path, server: Server, database: str) -> None:
    assert bool(_flags(path, lambda: database)) is path.name.startswith("bad")


@pytest.mark.parametrize("name", checks())
def test_check_has_cases_of_both_sorts(name: str) -> None:
    """What depends on who else is at work, no script alone brings about: such checks have tests of their own."""
    found = {path.stem.partition("_")[0] for path in (CASES / name).glob("*.sql")}
    assert found >= ({"good"} if Needs.ACTIVITY in checks()[name].needs else {"bad", "good"})
