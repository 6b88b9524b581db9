"""The report on an adaptation: what was kept, changed and left out, why, and what is no longer guaranteed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from itertools import groupby
from pathlib import PurePath

from seachange.adapt.adaptation import Adaptation
from seachange.adapt.blocks import left_open
from seachange.adapt.draft import Done, Draft
from seachange.adapt.trial import MOST
from seachange.adapt.writing import reasons_of
from seachange.finding import Finding, Severity
from seachange.repairs.refusal import Refusal
from seachange.repairs.repair import Outcome
from seachange.report import Figure, Listing, Passage, Report, Section, Table
from seachange.sql.parse import without_secrets

TITLES = {
    Outcome.CHANGED: "Changed",
    Outcome.MERGED: "Merged with what was there",
    Outcome.REMOVED: "Left out",
    Outcome.STAND_IN: "Stand-ins",
    Outcome.MOVED: "Moved",
}
SHOWN = 400
STOPPED = "57014"
"""The SQLSTATE of a statement that took too long."""
SOME = 3


def report(adaptation: Adaptation, script: str, target: str, *, whole: bool = True) -> Report:
    """What became of the script `script` on its way to `target`; with the `whole` of its text, where it changed."""
    return Report(
        title="Adaptation",
        verdict=_verdict(adaptation),
        good=adaptation.proven,
        about=(("script", script), ("target", target)),
        figures=tuple(_figures(adaptation)),
        sections=tuple(_sections(adaptation, whole=whole)),
        findings=tuple(_findings(adaptation)),
    )


def _verdict(adaptation: Adaptation) -> str:
    if refused := len(adaptation.refused):
        return f"{_count(refused, 'statement')} of the script {'is' if refused == 1 else 'are'} still refused."
    if waiting := len(adaptation.unanswered):
        return f"{_count(waiting, 'question')} {'waits' if waiting == 1 else 'wait'} for an answer."
    if adaptation.rows:
        return "All statements pass on a copy; rows that follow a COPY are not part of a plan, so it was not rehearsed."
    if not adaptation.proven:
        return "All statements pass, but the rehearsal did not prove the script; the findings say why."
    if not adaptation.changed:
        return "The script fits as it is, and was proved on a copy."
    return "The adapted script lands: it was proved on a copy, and so was the way back."


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _figures(adaptation: Adaptation) -> Iterator[Figure]:
    written = [draft for draft in adaptation.drafts.all if not draft.added]
    kept = sum(not draft.changed for draft in written)
    yield Figure("statements", f"{len(written):,}", note=f"{kept:,} kept as they were")
    yield Figure("changed", f"{sum(bool(d.text) and d.text != d.written.sql for d in written):,}")
    yield Figure("left out", f"{sum(not draft.text for draft in written):,}")
    yield Figure("added", f"{sum(draft.added for draft in adaptation.drafts.all):,}")
    yield Figure("moved", f"{sum(draft.moved and not draft.added for draft in adaptation.drafts.all):,}")
    tried = len(adaptation.probes)
    yield Figure("probes", f"{tried:,}", note=f"{len(adaptation.broken):,} failed" if tried else "")


def _sections(adaptation: Adaptation, *, whole: bool) -> Iterator[Section]:
    if adaptation.unanswered:
        yield _questions(adaptation)
    if adaptation.lost:
        yield Table(
            "What follows",
            ("where", "what was done", "what follows from it"),
            tuple((where, _shown(first), first.repair.follows) for where, first in _together(adaptation.lost)),
        )
    for outcome, title in TITLES.items():
        if found := adaptation.of(outcome):
            yield _repaired(outcome, title, found)
    if adaptation.answers:
        yield _answers(adaptation)
    changed = [draft for draft in adaptation.drafts.all if draft.changed and draft.text]
    if changed and whole:
        yield Listing("Statements that are others now", tuple(_passages(changed)), aside=True)


def _repaired(outcome: Outcome, title: str, found: Iterable[tuple[Draft, Done]]) -> Table:
    """What was merged says itself why."""
    rows = tuple((where, first.question.asks, first.repair.does) for where, first in _together(found))
    if outcome is Outcome.MERGED:
        return Table(title, ("where", "what was done"), tuple((where, does) for where, _, does in rows))
    return Table(title, ("where", "why", "what was done"), rows)


def _together(found: Iterable[tuple[Draft, Done]]) -> Iterator[tuple[str, Done]]:
    """What was decided alike, once, with all places."""
    alike: defaultdict[tuple[str, str], list[tuple[Draft, Done]]] = defaultdict(list)
    for draft, done in found:
        alike[done.question.key, done.repair.name].append((draft, done))
    for same in alike.values():
        yield _places(draft for draft, _ in same), same[0][1]


def _shown(done: Done) -> str:
    """What was done; what a table got is told where it is merged."""
    return done.question.asks if done.repair.outcome is Outcome.MERGED else done.repair.does


def _places(drafts: Iterable[Draft]) -> str:
    """“script.sql:47, 94 and 3 more”, the same for each file."""
    lines: defaultdict[str, list[str]] = defaultdict(list)
    for place in dict.fromkeys(map(_place, drafts)):
        file, _, line = place.rpartition(":")
        lines[file].append(line)
    return "; ".join(f"{file}:{_first(found)}" for file, found in lines.items())


def _first(lines: Sequence[str]) -> str:
    more = f" and {len(lines) - SOME} more" if len(lines) > SOME else ""
    return ", ".join(lines[:SOME]) + more


def _place(draft: Draft) -> str:
    return f"{_file(draft.written.file)}:{draft.written.line}"


def _file(name: str) -> str:
    """As it was named; from the root on only its folder, since files of several folders may have one name."""
    path = PurePath(name)
    return str(PurePath(*path.parts[-2:])) if path.is_absolute() else name


def _questions(adaptation: Adaptation) -> Table:
    rows: list[tuple[str, str, str]] = []
    for key, question in adaptation.unanswered.items():
        rows += [(key, repair.name, f"{repair.does} {repair.follows}".strip()) for repair in question.repairs]
    return Table(
        "Questions",
        ("question", "answer", "what it means"),
        tuple(rows),
        note="The first answer to each was taken for the time being.  --defaults takes it for good, --answers another.",
    )


def _answers(adaptation: Adaptation) -> Table:
    return Table("Decided", ("question", "answer"), tuple(adaptation.answers.items()), aside=True)


def _passages(changed: Iterable[Draft]) -> Iterator[Passage]:
    """Statements that stand together for the same reasons are one passage."""
    for (place, reasons), alike in groupby(changed, lambda draft: (_place(draft), reasons_of(draft))):
        code = ";\n".join(without_secrets(draft.text) for draft in alike)
        yield Passage(place, reasons, code)


def _findings(adaptation: Adaptation) -> Iterator[Finding]:
    for draft, refusal in adaptation.refused:
        yield Finding(
            check="still-refused",
            severity=Severity.ERROR,
            about=draft.written.place,
            message=f"{_refused(refusal)}; the statement at {_place(draft)} is: {_shortly(draft.text)}",
            advice=_advice(draft, refusal),
        )
    yield from _of_scripts(adaptation)
    for probe in adaptation.broken:
        yield Finding(
            check="does-not-work",
            severity=Severity.WARNING,
            about=str(probe.about),
            message=f"A probe whether the {probe.about} {probe.aspect} failed"
            f"{f' ({probe.code})' if probe.code else ''}: {probe.said}",
            advice="See docs/reference/probes.md for what was tried.",
        )
    if adaptation.rehearsal:
        yield from adaptation.rehearsal.findings


def _refused(refusal: Refusal) -> str:
    if refusal.code == STOPPED:
        return "This did not end within the limit, and was stopped"
    return f"PostgreSQL refuses this statement ({refusal.code}): {refusal.said}" if refusal.code else refusal.said


def _of_scripts(adaptation: Adaptation) -> Iterator[Finding]:
    """What is to be known of the script whatever becomes of it."""
    for draft in adaptation.rows:
        message = f"The rows that follow the COPY at {_place(draft)} are not part of a plan."
        advice = "Run the adapted script with psql, or write them as INSERT to have it proved and applied."
        yield Finding("rows-not-carried", Severity.WARNING, draft.written.place, message, advice)
    for key in adaptation.unasked:
        message = f"There is an answer to “{key}”, which was not asked."
        yield Finding("not-asked", Severity.WARNING, key, message, _near(key, adaptation.answers))
    for migration in adaptation.drafts.migrations:
        for one in migration.unread:
            message = f"{_file(one.file)}:{one.line}: {one.what}"
            yield Finding("not-seen", Severity.NOTE, one.file, message, "What it does is not part of this.")
        if opened := left_open(migration):
            message = f"The transaction that begins at {opened.place} has no end in its file: here it is committed."
            yield Finding("left-open", Severity.NOTE, opened.place, message, "psql would take it back: write COMMIT.")


def _near(key: str, asked: Iterable[str]) -> str:
    close = get_close_matches(key, asked, SOME)
    return f"Is it an answer to {', '.join(f'“{one}”' for one in close)}?" if close else "Take it out of the file."


def _advice(draft: Draft, refusal: Refusal) -> str:
    if len(draft.done) >= MOST:
        ways = " → ".join(draft.circle or [done.repair.name for done in draft.done[-SOME:]])
        return f"Its repairs run in a circle, {ways}, and again: change it by hand, or answer otherwise."
    if refusal.code == STOPPED:
        return "Give it more time with --limit SECONDS, or take it out of the script."
    return refusal.hint or "Change it by hand, or leave it out."


def _shortly(sql: str) -> str:
    line = " ".join(without_secrets(sql).split())
    return line if len(line) <= SHOWN else f"{line[:SHOWN]}…"


def as_json(adaptation: Adaptation) -> dict[str, object]:
    """What machines read; docs/reference/json.md tells of it."""
    return {
        "proven": adaptation.proven,
        "changed": adaptation.changed,
        "passes": adaptation.passes,
        "seconds": adaptation.seconds,
        "statements": [_statement(draft) for draft in adaptation.drafts.all],
        "answers": adaptation.answers,
        "unanswered": [question for question in adaptation.unanswered.values()],
        "probes": adaptation.probes,
        "findings": tuple(_findings(adaptation)),
    }


def _statement(draft: Draft) -> dict[str, object]:
    return {
        "place": draft.written.place,
        "text": without_secrets(draft.text),
        "added": draft.added,
        "moved": draft.moved,
        "changed": draft.changed,
        "refused": draft.refusal.said if draft.refusal else "",
        "repairs": [_repair(done) for done in draft.done],
    }


def _repair(done: Done) -> dict[str, str]:
    return {
        "question": done.question.key,
        "answer": done.repair.name,
        "outcome": done.repair.outcome.value,
        "does": done.repair.does,
        "follows": done.repair.follows,
        "code": done.refusal.code,
        "said": done.refusal.said,
    }
