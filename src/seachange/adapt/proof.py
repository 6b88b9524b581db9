"""The proof: the adapted script rehearsed as a plan, and what that showed."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from seachange.adapt.adaptation import Adaptation
from seachange.adapt.passing import Terms
from seachange.adapt.steps import writes
from seachange.finding import Finding, Severity
from seachange.plan import Plan
from seachange.rehearse import rehearse
from seachange.rehearse.rehearsal import Rehearsal
from seachange.step import Risk

OF_LOCKS = frozenset({"lock-worse", "rewrite-undeclared"})
"""Of a plan that people wrote nobody said what it locks: the rehearsal tells."""


def proved(adaptation: Adaptation, terms: Terms) -> Adaptation:
    """With its rehearsal; without one, as long as something is refused, or rows are needed that no plan has."""
    if adaptation.refused or adaptation.rows:
        return adaptation
    rehearsal = rehearse(
        adaptation.plan,
        adaptation.target,
        adaptation.after,
        undo=adaptation.undo,
        scratch=terms.scratch,
        scope=terms.scope,
        witness=False,
        say=terms.say,
    )
    rehearsal = replace(rehearsal, findings=tuple(dict.fromkeys(_meant(rehearsal, adaptation))))
    return replace(adaptation, plan=_declared(adaptation.plan, rehearsal), rehearsal=rehearsal)


def _meant(rehearsal: Rehearsal, adaptation: Adaptation) -> Iterator[Finding]:
    """The findings, without what the script means to do: it may lock what it locks, and write where it writes."""
    written = writes(adaptation.drafts)
    for finding in rehearsal.findings:
        if finding.check in OF_LOCKS:
            continue
        if finding.check == "rows-lost" and finding.about.rpartition(".")[2] in written:
            message = f"The script itself writes rows of {finding.about}: they are others afterwards."
            finding = Finding("rows-written", Severity.NOTE, finding.about, message)
        yield finding


def _declared(plan: Plan, rehearsal: Rehearsal) -> Plan:
    """The plan, with what its steps were seen to do."""
    seen = {step.number: step.measured for step in rehearsal.plan.steps}
    groups, number = [], 1
    for group in plan.groups:
        steps = []
        for step in group.steps:
            if measured := seen.get(number):
                risks = step.risks | ({Risk.REWRITES} if measured.rewritten else frozenset())
                step = replace(
                    step,
                    locks=measured.locks,
                    rewrites=frozenset(measured.rewritten),
                    scans=frozenset(measured.scanned),
                    risks=risks,
                )
            steps.append(step)
            number += 1
        groups.append(replace(group, steps=tuple(steps)))
    return replace(plan, groups=tuple(groups))
