"""What lint found, as machines read it."""

from __future__ import annotations

from typing import Any

import msgspec

from seachange.config import Linting
from seachange.finding import Severity
from seachange.lint import Linted, lint, wishes
from seachange.lint.github import commands
from seachange.lint.machine import as_json
from seachange.lint.sarif import sarif
from seachange.sql.migration import taken_apart
from tests.lint.saying import having, replacing

SQL = "SELECT 1;\nSELECT 'größe',\n  'bad';\n-- seachange: allow first because we like it\nSELECT 'bad';"
MINE = replacing("first", "'bad'", "'good, 100 %'")


def linted() -> Linted:
    return lint([taken_apart(SQL.encode(), "in/a:b,c.sql")], wishes(Linting(only=("first",))))


def run() -> Any:
    with having(MINE):
        (only,) = msgspec.json.decode(msgspec.json.encode(sarif(linted())))["runs"]
    return only


def test_place_counts_characters_in_lines_and_bytes_in_the_file() -> None:
    with having(MINE):
        place = linted().flags[0].place
    assert place is not None
    assert (place.line, place.column, place.end_line, place.end_column) == (3, 3, 3, 8)
    assert SQL.encode()[place.start : place.end] == b"'bad'"
    assert SQL[place.first : place.last] == "'bad'"
    assert str(place) == "in/a:b,c.sql:3:3"


def test_sarif_names_its_rules_and_where_they_are_broken() -> None:
    told = run()
    first, second = told["results"]
    rule = told["tool"]["driver"]["rules"][first["ruleIndex"]]
    assert rule["id"] == first["ruleId"] == "first"
    assert rule["help"]["markdown"].startswith("# first\n")
    region = first["locations"][0]["physicalLocation"]["region"]
    assert (region["startLine"], region["startColumn"]) == (3, 3)
    assert SQL.encode()[region["byteOffset"] :][: region["byteLength"]] == b"'bad'"
    assert SQL[region["charOffset"] :][: region["charLength"]] == "'bad'"
    assert "suppressions" not in first
    assert second["suppressions"] == [{"kind": "inSource", "justification": "we like it"}]


def test_sarif_says_what_to_change() -> None:
    (fix,) = run()["results"][0]["fixes"]
    assert fix["description"]["text"] == "'good, 100 %' is better"
    (replacement,) = fix["artifactChanges"][0]["replacements"]
    at, length = replacement["deletedRegion"]["charOffset"], replacement["deletedRegion"]["charLength"]
    assert SQL[at : at + length] == "'bad'"
    assert replacement["insertedContent"]["text"] == "'good, 100 %'"


def test_addresses_of_files_are_escaped() -> None:
    assert run()["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "in/a%3Ab%2Cc.sql"


def test_github_is_told_in_one_line_each_and_not_of_what_is_allowed() -> None:
    with having(MINE):
        (line,) = commands(linted())
    assert line.startswith("::warning file=in/a%3Ab%2Cc.sql,line=3,endLine=3,col=3,endColumn=8,title=first (first)::")
    assert "100 %25" in line
    assert "\n" not in line


def test_json_keeps_what_is_allowed() -> None:
    with having(MINE):
        told: Any = as_json(linted())
    assert told["tally"] == {"error": 0, "warning": 1, "note": 0}
    assert [remark["allowed"] and remark["allowed"]["reason"] for remark in told["remarks"]] == [None, "we like it"]


def test_project_says_how_much_something_matters() -> None:
    with having(MINE):
        settings = Linting(only=("first",), severity={"first": Severity.ERROR})
        found = lint([taken_apart(SQL.encode(), "a.sql")], wishes(settings))
    assert found.tally[Severity.ERROR] == 1
