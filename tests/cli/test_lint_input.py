"""`seachange lint` on what people give it by mistake, and what other programs read of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.plugins.program import Program

INDEX = "CREATE INDEX i ON t (a);\n"
SAFE = "CREATE INDEX CONCURRENTLY i ON t (a);\n"


@pytest.mark.parametrize("name", ["", "notes.txt"])
def test_folders_without_sql(program: Program, tmp_path: Path, name: str) -> None:
    if name:
        (tmp_path / name).write_text("no SQL")
    assert "holds no SQL" in program.refused(2, "lint", tmp_path)


def test_a_file_that_cannot_be_read_does_not_hide_others(program: Program, tmp_path: Path) -> None:
    (tmp_path / "bad.sql").write_bytes(bytes(range(256)))
    (tmp_path / "good.sql").write_text(INDEX)
    told = program("lint", tmp_path, "--format", "json")
    assert told.returncode == 2
    said = json.loads(told.stdout)
    assert [Path(one["file"]).name for one in said["unread"]] == ["bad.sql"]
    assert "index-create-blocking" in told.stdout


@pytest.mark.parametrize("option", ["--only", "--exclude", "--with"])
def test_checks_that_are_none_are_named_with_near_ones(program: Program, tmp_path: Path, option: str) -> None:
    (tmp_path / "a.sql").write_text(INDEX)
    told = program.refused(2, "lint", tmp_path / "a.sql", option, "index-create-blokcing")
    assert "index-create-blokcing" in told
    assert "Did you mean index-create-blocking" in told


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ('[lint]\nexclude = ["index-create-blokcing"]\n', "index-create-blocking"),
        ('[lint]\nexcluded = ["index-create-blocking"]\n', "excluded"),
        ("[lint\n", "seachange.toml"),
    ],
)
def test_settings_that_are_wrong(program: Program, tmp_path: Path, settings: str, said: str) -> None:
    (tmp_path / "a.sql").write_text(INDEX)
    (tmp_path / "seachange.toml").write_text(settings)
    assert said in program.refused(2, "lint", "a.sql", cwd=tmp_path)


def test_states_that_cannot_be_had(program: Program, tmp_path: Path) -> None:
    (tmp_path / "a.sql").write_text(INDEX)
    told = program.refused(6, "lint", tmp_path / "a.sql", "--against", "postgresql://u:sekret@127.0.0.1:1/shop")
    assert "sekret" not in told


def test_a_read_only_file_is_not_fixed_nor_any_other(program: Program, tmp_path: Path) -> None:
    for name in ("a.sql", "b.sql"):
        (tmp_path / name).write_text(INDEX)
    (tmp_path / "b.sql").chmod(0o444)
    assert "b.sql is read-only" in program.refused(2, "lint", tmp_path, "--fix")
    assert [(tmp_path / name).read_text() for name in ("a.sql", "b.sql")] == [INDEX, INDEX]
    (tmp_path / "b.sql").chmod(0o644)
    for _ in range(2):
        assert program("lint", tmp_path, "--fix").returncode == 0
        assert [(tmp_path / name).read_text() for name in ("a.sql", "b.sql")] == [SAFE, SAFE]


def test_annotations_escape_what_they_must(program: Program, tmp_path: Path) -> None:
    (tmp_path / "100%,a:b.sql").write_text(INDEX)
    told = program("lint", "100%,a:b.sql", "--format", "github", cwd=tmp_path)
    lines = told.stdout.splitlines()
    assert lines
    assert all(
        line.startswith(("::error file=100%25%2Ca%3Ab.sql,", "::warning file=100%25%2Ca%3Ab.sql,", "::notice "))
        for line in lines
    )
    assert any("%0A" in line for line in lines)


def test_sarif_holds_what_version_2_1_0_requires(program: Program, tmp_path: Path) -> None:
    (tmp_path / "a b.sql").write_text(
        "-- ü\n" + INDEX + "-- seachange: allow index-create-blocking because new\n" + INDEX
    )
    (tmp_path / "bad.sql").write_bytes(bytes(range(256)))
    said: dict[str, Any] = json.loads(program("lint", ".", "--format", "sarif", cwd=tmp_path).stdout)
    assert (said["version"], len(said["runs"])) == ("2.1.0", 1)
    run = said["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    assert run["tool"]["driver"]["name"] == "seachange"
    assert len({rule["id"] for rule in rules}) == len(rules)
    assert all(isinstance(one["executionSuccessful"], bool) for one in run["invocations"])
    assert run["results"]
    for result in run["results"]:
        assert result["message"]["text"]
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in ("none", "note", "warning", "error")
        for location in result["locations"]:
            region = location["physicalLocation"]["region"]
            assert min(region["startLine"], region["startColumn"], region["endLine"], region["endColumn"]) >= 1
            assert " " not in location["physicalLocation"]["artifactLocation"]["uri"]
        for fix in result.get("fixes", ()):
            assert all(change["replacements"] for change in fix["artifactChanges"])
