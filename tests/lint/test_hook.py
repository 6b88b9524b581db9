"""The hook for pre-commit, as pre-commit reads it."""

from __future__ import annotations

import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
(HOOK,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())


def test_hook_has_what_pre_commit_asks_for() -> None:
    assert HOOK["id"] == "seachange-lint"
    assert {"id", "name", "entry", "language"} <= HOOK.keys()
    assert HOOK["types"] == ["sql"]


def test_entry_is_a_command_of_the_project_that_takes_files(tmp_path: Path) -> None:
    program, *arguments = shlex.split(HOOK["entry"])
    assert program in tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]
    for name in ("a.sql", "b.sql"):
        (tmp_path / name).write_text("DROP TABLE orders;")
    command = [sys.executable, "-m", program, *arguments, "a.sql", "b.sql"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "b.sql:1:1  error" in done.stdout
