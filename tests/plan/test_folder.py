"""A plan as a folder: written whole, read back as it was, and what people put there is kept."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from seachange.catalog.catalog import Catalog
from seachange.catalog.facts.relations import Schema
from seachange.errors import NotUnderstood, NotWritten, SeachangeError
from seachange.plan import folder as folders
from seachange.plan.folder import Folder, load, write
from seachange.plan.mine import WHY
from seachange.plan.plan import Volume
from seachange.step import Stage, Way
from tests.plan.plans import FORTH, UNDO


def state(*names: str) -> Catalog:
    return Catalog({schema.ref: schema for schema in (Schema((name,)) for name in names)})


BEFORE, AFTER = state("public"), state("public", "shop")
PLAN = msgspec.structs.replace(FORTH, volumes=(Volume(("shop", "item"), 2_100_000, 3_221_225_472),))
FOLDER = Folder(PLAN, UNDO, BEFORE, AFTER, (("current", "here"), ("desired", "there")))
MINE = """
-- fills it
INSERT INTO shop.item (id) VALUES (1);
VACUUM shop.item;
create index concurrently on shop.item (id)
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder that holds a plan."""
    write(tmp_path / "plan", FOLDER)
    return tmp_path / "plan"


def files(home: Path) -> dict[str, bytes]:
    return {str(path.relative_to(home)): path.read_bytes() for path in home.rglob("*") if path.is_file()}


def test_what_is_written_is_read(home: Path) -> None:
    found = load(home)
    assert (found.plan, found.undo, found.about) == (PLAN, UNDO, FOLDER.about)
    assert (found.current.facts, found.desired.facts) == (BEFORE.facts, AFTER.facts)


def test_folder_holds_files_for_people_machines_and_psql(home: Path) -> None:
    assert sorted(files(home)) == [
        *("01_extensions.sql", "04_tables.sql", "06_functions.sql", "08_views.sql", "09_indexes.sql"),
        *("PLAN.md", "plan.json", "states/current.snapshot", "states/desired.snapshot"),
        *("undo/09_indexes.sql", "undo/15_remove.sql", "undo/PLAN.md", "undo/plan.json"),
    ]
    told = (home / "PLAN.md").read_text()
    assert "2.1 M rows, 3.0 GB" in told
    assert "need consent to: loses\\-data" in (home / "undo" / "PLAN.md").read_text()


def test_the_same_plan_is_the_same_files(home: Path, tmp_path: Path) -> None:
    write(tmp_path / "again", FOLDER)
    assert files(tmp_path / "again") == files(home)


def test_steps_of_ones_own_are_part_of_the_plan_and_stay(home: Path) -> None:
    (home / "05_columns.mine.sql").write_text(MINE)
    (home / "undo" / "07_data.mine.sql").write_text("DELETE FROM shop.item")
    (home / "notes.txt").write_text("mine")
    for _ in range(2):
        found = load(home)
        steps = [step for group in found.plan.groups if group.file == "05_columns.mine.sql" for step in group.steps]
        assert [step.why for step in steps] == [WHY] * 3
        assert [step.way for step in steps] == [Way.GROUPED, Way.ALONE, Way.ALONE]
        assert [group.stage for group in found.plan.groups] == sorted(group.stage for group in found.plan.groups)
        assert next(found.undo.steps).stage is Stage.DATA
        write(home, folders.with_added(home, FOLDER))
    assert files(home)["05_columns.mine.sql"] == MINE.encode()
    assert {"notes.txt", "undo/07_data.mine.sql"} <= files(home).keys()
    assert "From 05\\_columns.mine.sql." in (home / "PLAN.md").read_text()
    assert b"VACUUM" not in files(home)["plan.json"]


@pytest.mark.parametrize("text", ["BEGIN; SELECT 1; COMMIT;", "COPY t FROM stdin;\n1\n\\.\n", "SELECT 'open"])
def test_what_cannot_be_a_step_is_refused(home: Path, text: str) -> None:
    (home / "05_columns.mine.sql").write_text(text)
    refused(NotUnderstood, home, "05_columns.mine.sql:1")


def test_a_step_for_no_stage_is_refused(home: Path) -> None:
    (home / "05_column.mine.sql").write_text("SELECT 1")
    refused(NotUnderstood, home, "no stage of that name")


@pytest.mark.parametrize("name", ["04_tables.sql", "undo/15_remove.sql"])
def test_a_generated_file_that_somebody_changed_is_refused(home: Path, name: str) -> None:
    with (home / name).open("a") as file:
        file.write("DROP TABLE x;\n")
    kept = files(home)
    assert ".mine.sql" in refused(NotUnderstood, home, "was changed by hand").advice
    with pytest.raises(NotWritten, match="was changed by hand"):
        write(home, FOLDER)
    assert files(home) == kept


def test_a_file_that_is_missing_or_too_many_is_refused(home: Path) -> None:
    (home / "04_tables.sql").rename(home / "05_columns.sql")
    refused(NotUnderstood, home, "04_tables.sql is missing")


def test_other_ends_of_lines_make_no_difference(home: Path) -> None:
    tables = home / "04_tables.sql"
    tables.write_bytes(tables.read_bytes().replace(b"\n", b"\r\n"))
    assert load(home).plan == PLAN


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"format": 99}', "has format 99; this version of seachange reads format 1"),
        ("[]", "is no plan of seachange's"),
        ("oops", "is no plan of seachange's"),
        ('{"format": 1, "plan": {"made_for": 5}}', "cannot be read"),
    ],
)
def test_a_plan_of_another_kind_is_refused(home: Path, text: str, said: str) -> None:
    (home / "plan.json").write_text(text)
    refused(NotUnderstood, home, said)


def test_what_is_no_plan_is_neither_read_nor_replaced(tmp_path: Path) -> None:
    refused(NotUnderstood, tmp_path / "nowhere", "No such file")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "precious.txt").write_text("x")
    with pytest.raises(NotWritten):
        write(tmp_path / "mine", FOLDER)
    with pytest.raises(NotWritten):
        write(tmp_path / "mine" / "precious.txt", FOLDER)
    with pytest.raises(NotWritten):
        write(tmp_path / "no" / "such", FOLDER)
    assert files(tmp_path) == {"mine/precious.txt": b"x"}


def test_nothing_half_written_is_left(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = files(home)
    full = Path.write_bytes

    def fails(self: Path, content: bytes) -> int:
        if self.name == "09_indexes.sql":
            raise OSError(28, "No space left on device")
        return full(self, content)

    monkeypatch.setattr(Path, "write_bytes", fails)
    with pytest.raises(NotWritten, match="No space left"):
        write(home, FOLDER)
    assert files(home) == kept
    assert [path.name for path in home.parent.iterdir()] == ["plan"]


def refused(error: type[SeachangeError], home: Path, said: str) -> SeachangeError:
    with pytest.raises(error) as caught:
        load(home)
    assert said in caught.value.message
    assert caught.value.advice
    return caught.value
