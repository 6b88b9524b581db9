"""What is said about objects: who owns them, what they are for, who may do what."""

from __future__ import annotations

from typing import ClassVar

from seachange.catalog.facts.fact import Fact
from seachange.catalog.ref import Ref


class Told(Fact, frozen=True):
    """What is said about an object has the object's names and, in `args`, first the object's kind and args."""

    told = True
    own_args: ClassVar[int] = 0
    """How many of `args` come after the object's own."""

    @property
    def target(self) -> Ref:
        """The object that it is said of."""
        return Ref(self.args[0], self.names, self.args[1 : len(self.args) - self.own_args])


class Owner(Told, frozen=True, tag="owner"):
    """Who owns an object.  What follows its table's owner is not told."""

    left = True

    role: str = ""


class Comment(Told, frozen=True, tag="comment"):
    """The comment on an object."""

    text: str = ""


class SecurityLabel(Told, frozen=True, tag="security label"):
    """A security label; the last of `args` is its provider."""

    own_args = 1

    label: str = ""


class Grant(Told, frozen=True, tag="grant"):
    """A privilege beyond those that the object has from its birth.

    `args` ends with grantee and privilege, and with the grantor where that is not the owner.
    """

    grantable: bool = False
    grantor: str | None = None

    @property
    def target(self) -> Ref:
        return Ref(self.args[0], self.names, self.args[1 : -2 if self.grantor is None else -3])


class Revoke(Told, frozen=True, tag="revoke"):
    """A privilege from the object's birth that was taken away; `args` ends with grantee and privilege."""

    own_args = 2
    query = "grant"


class DefaultGrant(Fact, frozen=True, tag="default grant"):
    """A privilege that objects will be born with; `args` are role, type of object, grantee, privilege."""

    grantable: bool = False


class DefaultRevoke(Fact, frozen=True, tag="default revoke"):
    """A privilege that objects will no longer be born with; `args` are role, type of object, grantee, privilege."""

    query = "default_grant"
