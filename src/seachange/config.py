"""What seachange.toml says of this project."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec
import msgspec.toml

from seachange.errors import NotUnderstood

FILE = "seachange.toml"


class Planning(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What plans of this project are to mind."""

    renames: Mapping[str, str] = {}
    usings: Mapping[str, str] = {}


class Config(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The settings of a project; see docs/reference/configuration.md."""

    profile: str = "plain"
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    plan: Planning = Planning()


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
