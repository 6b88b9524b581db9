"""Options, settings and outputs that cannot be as they were asked for."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.plugins.program import NEEDS, SECRET, Program


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "script.sql"
    path.write_text("create table t ()")
    return path


@pytest.fixture
def tiny(tmp_path: Path) -> Iterator[Path]:
    """A disk that holds two pages."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=8k", "seachange-test", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip(f"{NEEDS} the right to mount a disk")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_patterns(program: Program) -> None:
    source = program.address()
    told = program.refused(2, "compare", source, source, "--include", "nowhere.*", "--exclude", "table:no")
    assert "nothing matches nowhere.*, table:no" in told
    told = program.refused(2, "compare", source, source, "--include", "tabel:shop")
    assert "'tabel:shop' names no kind of object: 'tabel'" in told
    assert "The kinds are: " in told
    assert "has an empty part" in program.refused(2, "snapshot", source, "--exclude", "shop..orders")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"profile = = 1", "Invalid value (at line 1"),
        (b"profil = 'plain'", "unknown field `profil`"),
        (b"include = 'shop'", "Expected `array`, got `str`"),
        (b"profile = 'nowhere'", "there is no profile 'nowhere'"),
        (b"exclude = ['tabel:x']", "names no kind of object"),
        (b"\xff\xfe", "codec can't decode"),
    ],
)
def test_settings(program: Program, tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "seachange.toml").write_bytes(content)
    assert said in program.refused(2, "snapshot", program.address(), cwd=tmp_path)


def test_settings_that_are_no_file(program: Program, tmp_path: Path) -> None:
    (tmp_path / "seachange.toml").mkdir()
    assert "seachange.toml cannot be read" in program.refused(2, "snapshot", program.address(), cwd=tmp_path)


def test_a_profile_that_is_none(program: Program) -> None:
    told = program("snapshot", program.address(), "--profile", "nowhere")
    assert told.returncode == 2
    assert "'nowhere' is not one of 'plain', 'supabase', 'neon', 'rds'" in told.stderr


@pytest.mark.parametrize(
    ("where", "code", "said"),
    [
        ("beside", 2, "neither side is a database to be beside"),
        ("local:99", 6, "This machine has no PostgreSQL 99 to start"),
        ("local:new", 2, "names no version of PostgreSQL"),
        (f"postgresql://u:{SECRET}@/shop?host=/no/where", 6, "cannot connect to /no/where/shop"),
        ("nonsense", 2, "is not one that libpq understands"),
    ],
)
def test_scratch_databases_that_cannot_be_had(program: Program, script: Path, where: str, code: int, said: str) -> None:
    assert said in program.refused(code, "compare", script, script, "--scratch", where)


def test_a_role_that_may_not_make_databases(program: Program, script: Path) -> None:
    told = program.refused(3, "compare", script, program.address("poor"), "--scratch", "beside")
    assert "Role poor may not create databases" in told
    assert "CREATEDB" in told


def test_a_role_without_time_makes_databases_and_reads_them(program: Program, script: Path) -> None:
    """Its statement_timeout is not meant for that."""
    told = program("snapshot", script, "--scratch", program.address("hasty"))
    assert told.returncode == 0, told.stderr
    assert '"kind":"table"' in told.stdout


def test_a_cache_that_cannot_be_made(program: Program, script: Path) -> None:
    home = program.temporary / "file"
    home.touch(mode=0o755)
    told = program.refused(2, "snapshot", script, env={"XDG_CACHE_HOME": str(home)})
    home.unlink()
    assert "cannot be made: Not a directory" in told
    assert "XDG_CACHE_HOME" in told


@pytest.mark.parametrize(
    ("path", "said"), [("", "it is a folder"), ("nowhere/a.json", "there is no folder"), ("script.sql/a", "no folder")]
)
def test_an_output_without_a_place(program: Program, script: Path, tmp_path: Path, path: str, said: str) -> None:
    for verb in (("compare", "host=/no", "host=/no"), ("snapshot", "host=/no"), ("doctor", "host=/no")):
        assert said in program.refused(2, *verb, "-o", tmp_path / path)
    assert list(tmp_path.iterdir()) == [script]


def test_an_output_where_we_may_not_write(program: Program, tmp_path: Path) -> None:
    """Nothing is forbidden to root, unless it gives that up."""
    if os.geteuid() == 0 and not shutil.which("setpriv"):
        pytest.skip(f"{NEEDS} setpriv")
    through = ("setpriv", "--inh-caps=-all", "--bounding-set=-all") if os.geteuid() == 0 else ()
    tmp_path.chmod(0o555)
    told = program.refused(2, "snapshot", "host=/no", "-o", tmp_path / "a.snapshot", through=through)
    tmp_path.chmod(0o755)
    assert "permission denied" in told


def test_a_disk_that_is_full(program: Program, tiny: Path) -> None:
    columns = ", ".join(f"column_{number} int" for number in range(200))
    with psycopg.connect(program.address(), autocommit=True) as session:
        session.execute(f"create table wide ({columns})".encode())
        told = program.refused(2, "snapshot", program.address(), "-o", tiny / "a.snapshot")
        session.execute("drop table wide")
    assert "a.snapshot: No space left on device" in told
    assert list(tiny.iterdir()) == []
