"""What seachange.toml says of this project."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

import msgspec
import msgspec.toml

from seachange.errors import NotUnderstood
from seachange.finding import Severity

FILE = "seachange.toml"


class FailOn(StrEnum):
    """What has `lint` end with exit code 1: this or worse."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"
    NEVER = "never"


class Planning(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What plans of this project are to mind."""

    renames: Mapping[str, str] = {}
    usings: Mapping[str, str] = {}


class Allowed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is not told of some files, and why not."""

    files: tuple[str, ...]
    checks: tuple[str, ...]
    because: str


class Linting(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """What `lint` is to mind."""

    pg_version: int = 0
    assume_in_transaction: bool = False
    only: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    severity: Mapping[str, Severity] = {}
    fail_on: FailOn = FailOn.ERROR
    allow: tuple[Allowed, ...] = ()


class Tables(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What every table of this project is to have."""

    columns: tuple[str, ...] = ()


class Config(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The settings of a project; see docs/reference/configuration.md."""

    profile: str = "plain"
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    plan: Planning = Planning()
    lint: Linting = Linting()
    services: Mapping[str, tuple[str, ...]] = {}
    names: Mapping[str, str] = {}
    tables: Tables = Tables()


def config(folder: Path) -> Config:
    """The settings in `folder`, or the defaults where it has no seachange.toml."""
    path = folder / FILE
    if not path.exists():
        return Config()
    try:
        return msgspec.toml.decode(path.read_bytes(), type=Config)
    except OSError as error:
        raise NotUnderstood(
            f"{path} cannot be read: {error.strerror}", hint="Make it a file that you may read."
        ) from error
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise NotUnderstood(
            f"{path}: {error}", hint="See docs/reference/configuration.md for what it may say."
        ) from error
