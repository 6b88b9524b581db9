"""Markdown for pull requests: short enough to be taken, and harmless."""

from __future__ import annotations

from seachange.finding import Finding, Severity
from seachange.report import Field, Item, Listing, Passage, Report, Table, Tree
from seachange.report.markdown import markdown

TAKEN_BY_GITHUB = 65_536


def report(*items: Item, rows: tuple[tuple[str, ...], ...] = ()) -> Report:
    sections = (Tree("What differs", items), Table("Parity", ("kind", "count"), rows, numeric=1))
    return Report("Comparison", "They differ.", good=False, sections=sections)


def table(name: str, columns: int) -> Item:
    parts = tuple(Item("table column", f"column_{place}", "create", "text") for place in range(columns))
    return Item("table", name, "create", parts=parts)


def test_much_is_named_and_no_longer_unfolded() -> None:
    told = markdown(report(*(table(f"public.t{number}", 50) for number in range(400))))
    assert len(told) < TAKEN_BY_GITHUB
    assert "<b>public.t199</b> 50 columns" in told
    assert "400 objects in all" in told
    assert told.count("<details>") == told.count("</details>")


def test_a_fence_is_longer_than_any_within() -> None:
    told = markdown(report(Item("table", "public.`````", "create")))
    assert "\n``````diff\n+ table public.`````\n``````\n" in told


def test_cells_and_findings_mean_nothing_to_markdown() -> None:
    finding = Finding("check", Severity.WARNING, "x", "a *b* <script>\n# c")
    told = markdown(Report("T", "V", good=True, sections=report(rows=(("a|b", "1"),)).sections, findings=(finding,)))
    assert "| a\\|b | 1 |" in told
    assert "- **warning**: a \\*b\\* &lt;script&gt;\\\\n\\# c\n" in told


def test_fields_that_differ_are_told_from_both_sides() -> None:
    fields = (Field("type", "int", "bigint"), Field("body", "begin\n one\nend", "begin\n two\nend"))
    lines = markdown(report(Item("function", "public.f()", "alter", fields=fields))).splitlines()
    assert [line for line in lines if "type:" in line] == ["-   type: int", "+   type: bigint"]
    assert {"-    one", "+    two"} <= set(lines)


def listing(*passages: Passage) -> str:
    return markdown(Report("Plan", "V", good=True, sections=(Listing("05 columns", passages),)))


def test_code_stands_in_a_fence_and_its_notes_before_it() -> None:
    told = listing(Passage("table a|b", ("Locks *all*.",), "select '```';\n\tend"))
    assert told.endswith("**table a\\|b**\n\n- Locks \\*all\\*.\n\n````sql\nselect '```';\n\tend\n````\n")


def test_of_much_code_less_is_shown_than_named() -> None:
    told = listing(*(Passage(f"table t{number}", ("Locks it.",), "x" * 1000) for number in range(400)))
    assert len(told) < TAKEN_BY_GITHUB
    assert told.count("x" * 1000) < told.count("**table t") < 400
    assert "… and 200 more" in told
