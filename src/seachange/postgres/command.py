"""Any other tool's migrations, run by a shell against a database whose address it gets."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from typing import IO
from urllib.parse import quote, urlencode

from psycopg.conninfo import conninfo_to_dict
from psycopg.pq import Conninfo

from seachange.errors import CommandFailed
from seachange.postgres import leash

_TAIL = 20
_NOT_FOUND = 127
_NO_PROGRAM = "The shell found no such program: is it installed, and in the PATH?"
_WANTED = "Let it work on the database that DATABASE_URL and the PG* variables name, and end with 0."
_SOCKET = ("host", "port")
_CERTIFICATES = ("sslmode", "sslrootcert", "sslcert", "sslkey")
_VARIABLES = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE"}


def run(command: str, conninfo: str) -> None:
    """Run `command` with DATABASE_URL and the PG* variables of `conninfo`; when we stop, all it started stops too.

    Raises CommandFailed with its last words if it does not end well.
    """
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            [sys.executable, "-I", "-S", leash.__file__, command],
            env={**_without_libpq(os.environ), **environment(conninfo)},
            stdin=subprocess.PIPE,
            stdout=said,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            code = process.wait()
        finally:
            _end(process)
        if code:
            words = _without_password(_tail(said), conninfo)
            raise CommandFailed(
                f"run:{command}\nended with exit code {code}.  {words}",
                hint=_NO_PROGRAM if code == _NOT_FOUND else _WANTED,
            )


def environment(conninfo: str) -> dict[str, str]:
    """What tells other programs of the database of `conninfo`."""
    parts = _parts(conninfo)
    named = {variable: parts[key] for key, variable in _VARIABLES.items() if key in parts}
    return {**named, "DATABASE_URL": url(conninfo)}


def url(conninfo: str) -> str:
    """`conninfo` as postgresql://…, with a socket's folder as a parameter, as libpq and most drivers take it."""
    parts = _parts(conninfo)
    user, password = (quote(parts.get(key, ""), safe="") for key in ("user", "password"))
    account = f"{user}:{password}@" if password else f"{user}@" if user else ""
    local = parts.get("host", "/").startswith("/")
    where = "" if local else f"{parts['host']}:{parts.get('port', '5432')}"
    kept = _SOCKET if local else _CERTIFICATES
    more = {key: parts[key] for key in kept if key in parts}
    query = f"?{urlencode(more, quote_via=quote)}" if more else ""
    return f"postgresql://{account}{where}/{quote(parts.get('dbname', ''), safe='')}{query}"


def _parts(conninfo: str) -> dict[str, str]:
    return {key: str(value) for key, value in conninfo_to_dict(conninfo).items() if value != ""}


def _without_libpq(environment: Mapping[str, str]) -> dict[str, str]:
    """No PGSERVICE or PGHOSTADDR of ours may lead the command to another database."""
    known = {option.envvar.decode() for option in Conninfo.get_defaults() if option.envvar} - {"PGPASSFILE"}
    ours = known | {"PGSERVICE", "PGSERVICEFILE", "DATABASE_URL"}
    return {name: value for name, value in environment.items() if name not in ours}


def _end(process: subprocess.Popen[bytes]) -> None:
    """The shell and whatever it has started; nothing of it may go on writing."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def _tail(said: IO[bytes]) -> str:
    said.seek(0)
    lines = said.read().decode(errors="replace").splitlines()
    if not lines:
        return "It said nothing."
    return "\n".join(("Its last words:", *(f"    {line}" for line in lines[-_TAIL:])))


def _without_password(words: str, conninfo: str) -> str:
    """As it is, and as it stands in a URL."""
    password = _parts(conninfo).get("password", "")
    for form in {password, quote(password, safe="")} - {""}:
        words = words.replace(form, "***")
    return words
