"""The report on an adaptation: what was kept, changed and left out, why, and what is no longer guaranteed."""

from __future__ import annotations

from collections.abc import Iterator

from seachange.adapt.adaptation import Adaptation
from seachange.adapt.draft import Done, Draft
from seachange.adapt.writing import reasons_of
from seachange.finding import Finding, Severity
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


def report(adaptation: Adaptation, script: str, target: str) -> Report:
    """What became of the script `script` on its way to `target`."""
    return Report(
        title="Adaptation",
        verdict=_verdict(adaptation),
        good=adaptation.proven,
        about=(("script", script), ("target", target)),
        figures=tuple(_figures(adaptation)),
        sections=tuple(_sections(adaptation)),
        findings=tuple(_findings(adaptation)),
    )


def _verdict(adaptation: Adaptation) -> str:
    if refused := len(adaptation.refused):
        return f"{_count(refused, 'statement')} of the script {'is' if refused == 1 else 'are'} still refused."
    if waiting := len(adaptation.unanswered):
        return f"{_count(waiting, 'question')} {'waits' if waiting == 1 else 'wait'} for an answer."
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


def _sections(adaptation: Adaptation) -> Iterator[Section]:
    if adaptation.unanswered:
        yield _questions(adaptation)
    if adaptation.lost:
        yield Table(
            "What follows",
            ("where", "what was done", "what follows from it"),
            tuple((draft.written.place, done.repair.does, done.repair.follows) for draft, done in adaptation.lost),
        )
    for outcome, title in TITLES.items():
        if found := adaptation.of(outcome):
            yield Table(title, ("where", "why", "what was done"), tuple(map(_row, found)))
    if adaptation.answers:
        yield _answers(adaptation)
    if changed := [draft for draft in adaptation.drafts.all if draft.changed and draft.text]:
        yield Listing("Statements that are others now", tuple(map(_passage, changed)), aside=True)


def _row(found: tuple[Draft, Done]) -> tuple[str, str, str]:
    draft, done = found
    return draft.written.place, done.question.asks, done.repair.does


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


def _passage(draft: Draft) -> Passage:
    return Passage(draft.written.place, reasons_of(draft), without_secrets(draft.text))


def _findings(adaptation: Adaptation) -> Iterator[Finding]:
    for draft, refusal in adaptation.refused:
        yield Finding(
            check="still-refused",
            severity=Severity.ERROR,
            about=draft.written.place,
            message=f"PostgreSQL refuses this statement ({refusal.code}): {refusal.said}; it is: "
            f"{_shortly(draft.text)}",
            advice=refusal.hint or "Change it by hand, or leave it out.",
        )
    for probe in adaptation.broken:
        yield Finding(
            check="does-not-work",
            severity=Severity.WARNING,
            about=str(probe.about),
            message=f"The {probe.about} does not pass a probe ({probe.aspect}; {probe.code}): {probe.said}",
            advice="See docs/reference/probes.md for what was tried.",
        )
    if adaptation.rehearsal:
        yield from adaptation.rehearsal.findings


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
