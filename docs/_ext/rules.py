"""Writes the rules from the rule table itself, so that the manual cannot say anything else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from seachange.catalog.facts import KINDS
from seachange.rules.rule import Rebuild, Rule, always, nobody
from seachange.rules.table import RULES

PLACE = "<!-- rules -->"
PAGE = "reference/rules"


def rules() -> str:
    """A section for each kind, in the order of their names."""
    return "\n".join(line for name in sorted(RULES) for line in _rule(name, RULES[name]))


def _rule(name: str, rule: Rule[Any]) -> Iterator[str]:
    yield f"## {name}\n"
    yield from (f"- {line}" for line in _traits(name, rule))
    fields = [field for field in KINDS[name].__struct_fields__[2:] if field in rule.alter]
    if fields:
        yield "\n| field that changes | what is done | |\n|---|---|---|"
        yield from (f"| `{field}` | {_done(rule.alter[field])} | {_users(rule.alter[field])} |" for field in fields)
    yield ""


def _traits(name: str, rule: Rule[Any]) -> Iterator[str]:
    if KINDS[name].derived:
        yield "Comes and goes with what it is a part of."
    if rule.holds:
        yield f"Its parts: {', '.join(sorted(rule.holds))}."
    if rule.space:
        yield f"Shares its names with every other {rule.space}: one that goes makes room first."
    if rule.carry:
        yield "Holds data, and outlives the rebuilding of what it needs."
    if rule.aside:
        yield "Waits under another name while rows still need it, where it is built anew."
    if rule.shell:
        yield "Comes as a shell first, for the functions that it needs and that need it."


def _done(alteration: Any) -> str:
    if isinstance(alteration, Rebuild):
        return "built anew"
    if alteration.possible is always:
        return "changed in place"
    return "changed in place where PostgreSQL can, else built anew"


def _users(alteration: Any) -> str:
    disturbed = not isinstance(alteration, Rebuild) and alteration.disturbs is not nobody
    return "what leans on it stands aside meanwhile" if disturbed else ""


def _fill(app: object, name: str, content: list[str]) -> None:
    if name == PAGE:
        content[0] = content[0].replace(PLACE, rules())


def setup(app) -> dict[str, bool]:
    """Sphinx calls this."""
    app.connect("source-read", _fill)
    return {"parallel_read_safe": True}
