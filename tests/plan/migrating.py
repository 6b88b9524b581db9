"""The tools that take a plan as their own migrations, as people run them: forward and back."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlencode

from msgspec import Struct
from psycopg.conninfo import conninfo_to_dict

from tests.servers import TOOLS as TOOLS_OF_NPM

NODE = TOOLS_OF_NPM / "node_modules"
DBMATE = NODE / "@dbmate" / "linux-x64" / "bin" / "dbmate"
ENV = """
from alembic import context
from sqlalchemy import create_engine
with create_engine({url!r}).connect() as connection:
    context.configure(connection=connection, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()
"""
SETTINGS = "INSTALLED_APPS = ['shop']\nDATABASES = {{'default': {{'ENGINE': 'django.db.backends.postgresql', {}}}}}\n"
KNEX = "module.exports = {{ client: 'pg', connection: {{ host: {host!r}, user: {user!r}, database: {dbname!r} }} }};"


class Work(Struct, frozen=True):
    """Where a tool is run, and on which database."""

    home: Path
    conninfo: str

    @property
    def said(self) -> dict[str, str]:
        """What the conninfo says."""
        return {key: str(value) for key, value in conninfo_to_dict(self.conninfo).items()}

    def url(self, scheme: str = "postgresql", **more: str) -> str:
        said = self.said
        query = urlencode({key: said[key] for key in ("host", "port") if key in said} | more)
        return f"{scheme}://{said['user']}@/{said['dbname']}?{query}"

    def run(self, *command: object, **variables: str) -> str:
        done = subprocess.run(
            [str(part) for part in command],
            cwd=self.home,
            env={**os.environ, "PYTHONPATH": os.pathsep.join([str(self.home), *sys.path]), **variables},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


class Tool(Struct, frozen=True):
    """How a tool is set up, where its migrations lie, and how it is run forward and back."""

    found: Callable[[], bool]
    folder: str
    up: Callable[[Work], None]
    down: Callable[[Work], None] | None = None


def alembic(work: Work, *words: str) -> None:
    (work.home / "alembic.ini").write_text(f"[alembic]\nscript_location = {work.home}\npath_separator = os\n")
    (work.home / "env.py").write_text(ENV.format(url=work.url("postgresql+psycopg2")))
    work.run(sys.executable, "-m", "alembic", *words)


def django(work: Work, *words: str) -> None:
    said = work.said
    pairs = {"NAME": said["dbname"], "USER": said["user"], "HOST": said["host"], "PORT": said.get("port", "")}
    (work.home / "settings.py").write_text(SETTINGS.format(", ".join(f"{k!r}: {v!r}" for k, v in pairs.items())))
    (work.home / "shop" / "__init__.py").touch()
    work.run(sys.executable, "-m", "django", "migrate", *words, DJANGO_SETTINGS_MODULE="settings")


def knex(work: Work, *words: str) -> None:
    said = {"port": "5432", **work.said}
    (work.home / "knexfile.js").write_text(KNEX.format(**said))
    if not (work.home / NODE.name).exists():
        (work.home / NODE.name).symlink_to(NODE)
    work.run(NODE / ".bin" / "knex", *words, PGPORT=said["port"])


def dbmate(work: Work, *words: str) -> None:
    url = work.url("postgres", sslmode="disable").replace("host=", "socket=")
    work.run(DBMATE, "--url", url, "--no-dump-schema", *words)


def goose(work: Work, *words: str) -> None:
    work.run("goose", "-dir", "migrations", "postgres", work.url(sslmode="disable"), *words)


def sqitch(work: Work, *words: str) -> None:
    (work.home / "sqitch.conf").write_text("[core]\n\tengine = pg\n[user]\n\tname = a\n\temail = a@example.org\n")
    said = work.said
    work.run("sqitch", *words, f"db:pg://{said['user']}@/{said['dbname']}", PGHOST=said["host"])


def taken_back(tool: Callable[..., None], *words: str) -> Callable[[Work], None]:
    """As often as there are migrations."""

    def back(work: Work) -> None:
        folder = next(path for path in work.home.rglob("migrations") if "node_modules" not in path.parts)
        for _ in folder.iterdir():
            tool(work, *words)

    return back


def package(name: str) -> Callable[[], bool]:
    return lambda: find_spec(name) is not None


def module(name: str) -> Callable[[], bool]:
    return (NODE / name).exists


def command(name: str) -> Callable[[], bool]:
    return lambda: shutil.which(name) is not None


TOOLS: Mapping[str, Tool] = {
    "alembic": Tool(
        package("alembic"),
        "versions",
        lambda w: alembic(w, "upgrade", "head"),
        lambda w: alembic(w, "downgrade", "base"),
    ),
    "django": Tool(package("django"), "shop/migrations", lambda w: django(w), lambda w: django(w, "shop", "zero")),
    "knex": Tool(
        module("knex"),
        "migrations",
        lambda w: knex(w, "migrate:latest"),
        lambda w: knex(w, "migrate:rollback", "--all"),
    ),
    "dbmate": Tool(DBMATE.exists, "db/migrations", lambda w: dbmate(w, "migrate"), taken_back(dbmate, "rollback")),
    "goose": Tool(command("goose"), "migrations", lambda w: goose(w, "up"), lambda w: goose(w, "reset")),
    "sqitch": Tool(
        command("sqitch"), ".", lambda w: sqitch(w, "deploy", "--verify"), lambda w: sqitch(w, "revert", "-y")
    ),
}
