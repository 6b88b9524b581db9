"""What comes of a migration."""

from __future__ import annotations

from pathlib import Path

import msgspec

from seachange.compare.renames import Rename
from seachange.migrate import told
from seachange.migrate.story import Story
from seachange.plan.folder import Folder
from seachange.rehearse import Rehearsal


class Ready(msgspec.Struct, frozen=True):
    """A migration that is planned and tried, and has changed nothing.

    `target` and `desired` are the sources.  `goes_on` is the number of an earlier run that did not come to its end: it
    goes on with its own plan, which was tried then.  `renames` are candidates that nobody has said anything of.
    """

    target: str
    desired: str
    folder: Folder
    rehearsal: Rehearsal | None = None
    goes_on: int | None = None
    renames: tuple[Rename, ...] = ()

    @property
    def is_needed(self) -> bool:
        """Whether there is anything to do."""
        return bool(self.folder.plan.groups)


class Migration(msgspec.Struct, frozen=True):
    """A migration that was carried out: its story, and where the documents on it are."""

    story: Story
    documents: tuple[Path, ...] = ()

    @property
    def good(self) -> bool:
        """The database is what it should be, no row is lost, and nothing is broken that was not before."""
        return told.good(self.story)
