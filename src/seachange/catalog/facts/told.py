"""What is said about objects: who owns them, what they are for, who may do what."""

from __future__ import annotations

from seachange.catalog.facts.fact import Fact


class Owner(Fact, frozen=True, tag="owner"):
    """Who owns an object.  What follows its table's owner is not told."""

    told = True
    left = True

    role: str = ""


class Comment(Fact, frozen=True, tag="comment"):
    """The comment on an object."""

    told = True

    text: str = ""


class SecurityLabel(Fact, frozen=True, tag="security label"):
    """A security label; the last of `args` is its provider."""

    told = True

    label: str = ""


class Grant(Fact, frozen=True, tag="grant"):
    """A privilege beyond those that the object has from its birth; `args` ends with grantee and privilege."""

    told = True

    grantable: bool = False
    grantor: str | None = None


class Revoke(Fact, frozen=True, tag="revoke"):
    """A privilege from the object's birth that was taken away; `args` ends with grantee and privilege."""

    told = True
    query = "grant"


class DefaultGrant(Fact, frozen=True, tag="default grant"):
    """A privilege that objects will be born with; `args` are role, type of object, grantee, privilege."""

    grantable: bool = False


class DefaultRevoke(Fact, frozen=True, tag="default revoke"):
    """A privilege that objects will no longer be born with; `args` are role, type of object, grantee, privilege."""

    query = "default_grant"
