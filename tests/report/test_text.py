"""Text without a terminal: tables that fit, and nothing left out of a file."""

from __future__ import annotations

from seachange.report import Field, Figure, Item, Listing, Passage, Report, Section, Table, Tree
from seachange.report.line import Room, cells
from seachange.report.text import text


def lines(*sections: Section, room: Room | None = None) -> list[str]:
    report = Report("T", "V", good=True, sections=sections)
    return (text(report, room) if room else text(report)).splitlines()


def test_a_table_stands_under_its_columns_whatever_the_letters() -> None:
    found = lines(Table("P", ("kind", "count"), (("日本語", "1,000"), ("e\u0301", "1")), numeric=1))
    assert found[4:] == ["  ──────────────", "  日本語   1,000", "  e\u0301            1", "", "V"]


def test_cells_that_leave_no_room_for_others_are_broken() -> None:
    row = ("word " * 8, "x" * 50, "12")
    found = lines(Table("P", ("a", "b", "n"), (row,), numeric=1), room=Room(40))[2:-2]
    assert max(map(cells, found)) <= 40
    assert sum(line.count("x") for line in found) == 50
    assert sum(line.count("word") for line in found) == 8


def test_a_room_without_columns_still_holds_something() -> None:
    assert lines(Table("P", ("a", "n"), (("abc", "1"),), numeric=1), room=Room(3))


def test_a_file_has_all_that_a_terminal_leaves_out() -> None:
    parts = tuple(Item("table column", f"c{place}", "create", "text") for place in range(200))
    body = Field("body", "\n".join(map(str, range(100))), "\n".join(map(str, range(100, 200))))
    tree = Tree("D", (Item("table", "t", "create", parts=parts), Item("function", "f", "alter", fields=(body,))))
    table = Table("R", ("a",), tuple((f"row{place}",) for place in range(100)))
    code = Listing("C", (Passage("p", code="\n".join(f"line{place};" for place in range(50))),))
    whole, brief = ("\n".join(lines(tree, table, code, room=room)) for room in (None, Room(80)))
    for last in ("column c199", "+199", "row99", "line49;"):
        assert last in whole
        assert last not in brief
    assert "more" not in whole


def test_long_lines_of_a_file_go_on_in_the_next() -> None:
    item = Item("view", "v", "alter", fields=(Field("definition", "select " + "a, " * 80, "select 1"),))
    found = lines(Tree("D", (item,)))
    assert max(map(len, found)) <= 120
    assert sum(line.count("a,") for line in found) == 80


def test_figures_take_as_many_lines_as_they_need() -> None:
    figures = tuple(Figure(f"figure {place}", "1") for place in range(10))
    found = text(Report("T", "V", good=True, figures=figures), Room(60)).splitlines()[2:-2]
    assert len(found) == 3
    assert max(map(len, found)) <= 60
