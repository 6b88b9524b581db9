"""The manual tells of all there is: commands and options, settings, errors and exit codes, kinds."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib import import_module

import msgspec
import pytest

from seachange import __all__, errors
from seachange.catalog.facts import KINDS, Fact
from seachange.catalog.facts.relations import Schema
from seachange.catalog.profiles import PLATFORMS
from seachange.catalog.snapshot import Header
from seachange.checks import checks as all_checks
from seachange.cli import output
from seachange.cli.main import VERBS
from seachange.compare.change import Create
from seachange.compare.comparison import Comparison, as_json
from seachange.compare.parity import Parity
from seachange.compare.renames import Rename
from seachange.config import Config
from seachange.errors import SeachangeError
from seachange.finding import Finding
from seachange.postgres.doctor import Diagnosis
from tests.docs.commands import options
from tests.docs.pages import DOCS, ROOT, codes, extension, headings

REFERENCE = DOCS / "reference"


def tree(error: type[SeachangeError]) -> Iterator[type[SeachangeError]]:
    yield error
    for below in error.__subclasses__():
        yield from tree(below)


def checks() -> Iterator[str]:
    """The words for what is found, as the code has them."""
    for path in (ROOT / "src").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and called(node) in ("Finding", "note", "_warning"):
                given = [word.value for word in node.keywords if word.arg == "check"] or node.args[:1]
                yield from (word.value for word in given if isinstance(word, ast.Constant))


def called(call: ast.Call) -> str:
    """The last name of what is called."""
    return ast.unparse(call.func).rpartition(".")[2]


ERRORS = tuple(tree(SeachangeError))


@pytest.mark.parametrize("verb", VERBS)
def test_page_of_a_command_tells_its_options_and_no_others(verb: str) -> None:
    shown = {code.split()[0] for code in codes(REFERENCE / f"{verb}.md")}
    assert {code for code in shown if code.startswith("-") and len(code) > 1} == options(verb)


@pytest.mark.parametrize("verb", VERBS)
def test_command_is_in_the_index_and_the_readme(verb: str) -> None:
    assert f"\n{verb}\n" in (REFERENCE / "index.md").read_text()
    assert f"seachange {verb} " in (ROOT / "README.md").read_text()


def test_every_form_and_ending_is_told() -> None:
    told = codes(REFERENCE / "compare.md")
    assert {*(form.value for form in output.Form), *output.ENDINGS} <= told


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.__name__)
def test_error_is_told_with_its_exit_code(error: type[SeachangeError]) -> None:
    page = REFERENCE / "errors.md"
    assert error.__name__ in headings(page)
    about = page.read_text().partition(f"### {error.__name__}\n")[2].partition("\n### ")[0]
    assert f"Exit code {error.exit_code}." in about


def test_error_is_in_the_drawing() -> None:
    assert errors.__doc__ is not None
    assert {error.__name__ for error in ERRORS if error.__name__ not in errors.__doc__} == set()


def test_exit_codes_are_told() -> None:
    main = import_module("seachange.cli.main")
    codes = {0, main.STOPPED, main.OUR_FAULT, output.NOBODY_READS, *(error.exit_code for error in ERRORS)}
    page = (REFERENCE / "errors.md").read_text()
    assert {code for code in codes if f"\n| {code} |" not in page} == set()


def test_map_has_every_file() -> None:
    shown = codes(DOCS / "development" / "map.md")
    files = {path.name for path in (ROOT / "src").rglob("*.py") if not path.name.startswith("__")}
    files -= {f"{name.replace('-', '_')}.py" for name in all_checks()}  # found by their names
    assert files - {code.rpartition("/")[2] for code in shown} == set()


def test_map_has_no_file_that_is_gone() -> None:
    named = {code.rpartition("/")[2] for code in codes(DOCS / "development" / "map.md") if code.endswith(".py")}
    there = {path.name for folder in ("src", "tests") for path in (ROOT / folder).rglob("*.py")}
    assert named - there == {"COMMAND.py", "NAME.py"}


def test_findings_are_told() -> None:
    assert {*checks()} - codes(REFERENCE / "findings.md") == set()


def test_variables_are_told() -> None:
    code = " ".join(path.read_text() for path in (ROOT / "src").rglob("*.py"))
    assert set(re.findall(r"\bSEACHANGE_[A-Z]+\b", code)) <= codes(REFERENCE / "environment.md")


@pytest.mark.parametrize(
    ("page", "struct"),
    [("json", Parity), ("json", Rename), ("json", Finding), ("json", Diagnosis), ("snapshot-format", Header)],
)
def test_what_machines_read_is_told(page: str, struct: type[msgspec.Struct]) -> None:
    config = struct.__struct_config__
    keys = {field.encode_name for field in msgspec.structs.fields(struct)} | {config.tag_field} - {None}
    assert keys <= codes(REFERENCE / f"{page}.md")


def test_json_of_a_comparison_is_told() -> None:
    change = as_json(Comparison(changes=(Create(Schema(("shop",))),)))
    assert change.keys() <= set(headings(REFERENCE / "json.md"))
    (first,) = msgspec.to_builtins(change["changes"])
    assert first.keys() <= codes(REFERENCE / "json.md")


def test_settings_are_told() -> None:
    told = codes(REFERENCE / "configuration.md")
    assert {field.name for field in msgspec.structs.fields(Config)} <= told
    assert PLATFORMS.keys() <= told


def test_example_of_settings_is_one() -> None:
    page = (REFERENCE / "configuration.md").read_text()
    example = page.partition("```toml\n")[2].partition("```")[0]
    assert msgspec.toml.decode(example.encode(), type=Config) != Config()


@pytest.mark.parametrize("name", sorted(KINDS))
def test_kind_is_told_with_its_fields(name: str) -> None:
    kind: type[Fact] = KINDS[name]
    said = extension("kinds").kinds().partition(f"## {name}\n")[2].partition("\n## ")[0]
    assert kind.__doc__
    assert kind.__doc__.splitlines()[0] in said
    assert {field for field in kind.__struct_fields__[2:] if f"| `{field}` |" not in said} == set()


def test_public_names_are_told() -> None:
    page = (REFERENCE / "python.md").read_text()
    assert {name for name in __all__ if not name.startswith("_") and f":: seachange.{name}\n" not in page} == set()
