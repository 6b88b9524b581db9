"""The report on a rehearsal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from seachange.catalog.catalog import Catalog
from seachange.catalog.facts import Path
from seachange.compare.comparison import Comparison
from seachange.compare.comparison import as_json as comparison_json
from seachange.compare.tree import tree
from seachange.finding import Severity
from seachange.rehearse.rehearsal import Copied, Lost, Passage, Rehearsal, Survival, Taken
from seachange.report import Figure, Report, Section, Table, Tree
from seachange.sql.parse import without_secrets
from seachange.step import Held, Lock

LINE = 100


def report(rehearsal: Rehearsal, plan: str, target: str, desired: Catalog) -> Report:
    """What the plan did on the copy, what it left of the rows, and what it locked on the way."""
    return Report(
        title="Rehearsal",
        verdict=_verdict(rehearsal),
        good=rehearsal.proven,
        about=(("plan", plan), ("target", target), ("rehearsed on", _where(rehearsal.copied))),
        figures=tuple(_figures(rehearsal)),
        sections=tuple(_sections(rehearsal, desired)),
        findings=rehearsal.findings,
    )


def _verdict(rehearsal: Rehearsal) -> str:
    errors = sum(finding.severity is Severity.ERROR for finding in rehearsal.findings)
    if errors:
        return f"Not proven: {errors:,} {'thing is' if errors == 1 else 'things are'} not as the plan promises."
    back = " and the undo leads back" if rehearsal.undo else ""
    return f"Proven: the plan leads to the desired state{back}; all rows that had to stay are there."


def _where(copied: Copied) -> str:
    return f"{copied.where}, PostgreSQL {copied.version // 10000}.{copied.version % 10000}"


def _figures(rehearsal: Rehearsal) -> Iterator[Figure]:
    copied, passage = rehearsal.copied, rehearsal.plan
    yield Figure("steps", f"{len(passage.steps):,}", note=_seconds(passage.seconds))
    share = "all" if copied.whole else "a sample"
    yield Figure("rows copied", f"{copied.rows:,}", note=f"{share} of {copied.tables:,} tables that the plan touches")
    if copied.made_up:
        yield Figure("rows made up", f"{copied.made_up:,}", note=f"{copied.made_up_tables:,} tables")
    yield Figure("in all", _seconds(rehearsal.seconds))


def _seconds(seconds: float) -> str:
    return f"{seconds * 1000:,.0f} ms" if seconds < 1 else f"{seconds:,.1f} s"


def _sections(rehearsal: Rehearsal, desired: Catalog) -> Iterator[Section]:
    yield from _passage(rehearsal.plan, "", desired)
    if rehearsal.undo:
        yield from _passage(rehearsal.undo, " of the undo", desired)


def _passage(passage: Passage, of: str, desired: Catalog) -> Iterator[Section]:
    if passage.left:
        yield Tree(f"What still differs{of}", tree(passage.left, desired, desired))
    if passage.steps:
        yield _steps(passage.steps, of)
    if passage.rows or passage.lost:
        yield _rows(passage.rows, passage.lost, of)
    if passage.dump:
        yield _dump(passage, of)


def _steps(steps: Iterable[Taken], of: str) -> Table:
    return Table(
        f"Steps{of}",
        ("", "statement", "locks", "work", "time"),
        tuple(
            (str(step.number), _line(without_secrets(step.sql)), _locks(step), _work(step), _seconds(step.seconds))
            for step in steps
        ),
        numeric=1,
        note="Locks and work as measured on relations that were there before; locks that a step before it in the same "
        "transaction has taken are not told again.  Times are those of the copy.",
    )


def _line(sql: str) -> str:
    line = " ".join(sql.split())
    return line if len(line) <= LINE else f"{line[:LINE]}…"


def _locks(step: Taken) -> str:
    return "; ".join(_lock(held, step) for held in step.measured.locks if held.lock > Lock.ROW_SHARE)


def _lock(held: Held, step: Taken) -> str:
    return f"{_name(held.relation)} {held.lock.words}{' (undeclared)' if held in step.measured.worse else ''}"


def _work(step: Taken) -> str:
    found = step.measured
    parts = (("rewrites", found.rewritten), ("rebuilds", found.rebuilt), ("reads", found.scanned))
    return "; ".join(f"{verb} {', '.join(map(_name, names))}" for verb, names in parts if names)


def _rows(rows: Iterable[Survival], lost: Iterable[Lost], of: str) -> Table:
    return Table(
        f"Rows{of}",
        ("table", "what became of its rows", "before", "after"),
        (*map(_survival, rows), *(_gone(one) for one in lost if one.rows)),
        numeric=2,
        note="Rows are the same where a sum of hashes over all their kept columns is.",
    )


def _survival(row: Survival) -> tuple[str, ...]:
    name = _name(row.table) if row.table == row.name else f"{_name(row.table)}, now {_name(row.name)}"
    told = "the same" if row.survived else "not the same"
    if row.changed:
        told += f"; changed by the plan: {', '.join(row.changed)}"
    return (name, told, f"{row.before:,}", f"{row.after:,}")


def _gone(one: Lost) -> tuple[str, ...]:
    return (
        _name(one.ref.names),
        f"{one.ref.kind} gone, {'as' if one.declared else 'not as'} declared",
        f"{one.rows:,}",
        "",
    )


def _dump(passage: Passage, of: str) -> Table:
    assert passage.dump
    sides = (("missing", passage.dump.missing), ("extra", passage.dump.extra))
    return Table(
        f"What pg_dump says otherwise{of}",
        ("", "statement"),
        tuple((side, _line(statement)) for side, statements in sides for statement in statements),
    )


def _name(names: Path) -> str:
    return ".".join(names)


def as_json(rehearsal: Rehearsal) -> dict[str, object]:
    """The rehearsal as machines read it."""
    told = msgspec.to_builtins(msgspec.structs.replace(rehearsal, plan=Passage(), undo=None))
    plan, undo = map(_passage_json, (rehearsal.plan, rehearsal.undo))
    return {"proven": rehearsal.proven, **told, "plan": plan, "undo": undo}


def _passage_json(passage: Passage | None) -> dict[str, object] | None:
    if passage is None:
        return None
    told = msgspec.to_builtins(msgspec.structs.replace(passage, left=()))
    return {**told, "left": comparison_json(Comparison(passage.left))["changes"]}
