"""Whether a database is what it should be: the same objects, the right rows, and behaviour as its constraints say."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack

import msgspec

from seachange.catalog.catalog import Catalog
from seachange.catalog.scope import Scope, scoped, unmatched
from seachange.errors import NotUnderstood, SeachangeError
from seachange.finding import Finding
from seachange.postgres.making import LOCAL
from seachange.postgres.read import read_both
from seachange.postgres.source import Live, parse
from seachange.verify import advice, rows, use
from seachange.verify.behaviour import Behaviour, probe
from seachange.verify.parity import compared
from seachange.verify.since import Earlier, dated, is_new, owed
from seachange.verify.staging import Place, Say, Staging, Subject, Wish, not_built, not_copied, unlike, untried
from seachange.verify.verification import Probe, Verification

__all__ = ["COPY", "TARGET", "Place", "Verification", "verify"]

COPY, TARGET = Place.COPY, Place.TARGET
EVERYTHING = Scope()


def silent(now: str) -> None:
    """Tells nobody."""


def verify(  # noqa: PLR0913 - the face of the package: each wish by its name
    target: str,
    desired: str,
    *,
    before: Catalog | None = None,
    on: Place = COPY,
    scratch: str = LOCAL,
    scope: Scope = EVERYTHING,
    data: bool = False,
    strict: bool = False,
    cluster: bool = False,
    say: Say = silent,
) -> Verification:
    """Whether `target` is what `desired` says, as far as it can be examined.  The target is left as it is.

    Both are sources as `read` has them.  Objects are compared, rows counted, sequences held against their columns, and
    rows against constraints that nobody has proved.  With `data`, all foreign keys are proved, and rows are compared
    with those of a desired side that is a database.  Behaviour and the use of indexes are probed on a copy, made as
    `scratch` says, or `on` the target.  `before` is the state that the target had once: a fault that it had as well, or
    that the desired state has, is told apart from one that is new.

    What fails is part of what is shown, not an error.  Raises what `read` raises.
    """
    began = time.perf_counter()
    wish = Wish(parse(target), parse(desired), on, scratch, scope, data, say)
    if on is TARGET and not isinstance(wish.target, Live):
        raise NotUnderstood("only a database can be probed in itself", hint="Leave --on out: a copy is probed then.")
    say("reading")
    both = read_both(target, desired, scratch=scratch, strict=strict, cluster=cluster)
    _refuse_nothing(scope, both)
    found, wanted = (scoped(catalog, scope) for catalog in both)
    changes, parity = compared(found, wanted)
    verification = _examined(found, wanted, wish, before)
    return msgspec.structs.replace(
        verification,
        changes=changes,
        parity=parity,
        findings=(*found.origin.findings, *wanted.origin.findings, *verification.findings),
        seconds=time.perf_counter() - began,
    )


def _refuse_nothing(scope: Scope, both: Iterable[Catalog]) -> None:
    """That nothing is meant must not read as if nothing were wrong."""
    if lost := unmatched(Scope(include=scope.include), both):
        raise NotUnderstood(
            f"nothing matches {', '.join(lost)}",
            hint="A pattern is a path such as shop.order*, before it perhaps a kind: index:shop.ix_*.",
        )


def _examined(found: Catalog, wanted: Catalog, wish: Wish, before: Catalog | None) -> Verification:
    """Data, behaviour and use.  What is no database itself is examined as the copy that is made of it."""
    with ExitStack() as stack:
        staging = Staging(stack, wish, found)
        subject, missed = _subject(staging, wish)
        at = wish.target.conninfo if isinstance(wish.target, Live) else subject.conninfo if subject else ""
        wish.say("counting rows")
        counted, uncounted = _counted(at, found, wanted, wish)
        wish.say("asking the checks")
        said = advice.told(found, scoped(before, wish.scope) if before else None, lambda: wanted)
        probes = [*rows.examined(at, found, proven=wish.data), *use.usable(at, found)]
        tried = (
            _tried(subject, wish) if subject else Behaviour(tuple(untried(found, missed)), (), (not_copied(missed),))
        )
        probes += tried.probes
        earlier = _earlier(staging if subject else None, before, wish) if before else None
        if earlier:
            probes = [*dated(probes, earlier)]
        if subject and any(is_new(one) for one in probes):
            probes = [*owed(probes, _model(staging, wanted, wish))]
        return Verification(
            rows=counted,
            probes=tuple(probes),
            jumps=tried.jumps if wish.on is TARGET else (),
            advice=said,
            findings=(*uncounted, *tried.findings, *_told(subject, found, earlier), *advice.findings(said)),
            on=subject.where if subject else "",
            missed=missed,
        )


def _subject(staging: Staging, wish: Wish) -> tuple[Subject | None, str]:
    """What is probed; None, and why, where it cannot be had."""
    try:
        return staging.subject(), ""
    except SeachangeError as error:
        if not isinstance(wish.target, Live) or wish.on is TARGET:
            raise
        return None, error.message


def _counted(at: str, found: Catalog, wanted: Catalog, wish: Wish) -> rows.Count:
    if not wish.data:
        return rows.count(at, found)
    if isinstance(wish.desired, Live):
        return rows.compare(at, wish.desired.conninfo, found, wanted)
    counted, uncounted = rows.count(at, found)
    return counted, (*uncounted, rows.INCOMPARABLE)


def _tried(subject: Subject, wish: Wish) -> Behaviour:
    """Behaviour, and the use of indexes."""
    behaviour = probe(subject.session, subject.catalog, execute=wish.on is COPY, say=wish.say)
    wish.say("asking for each index")
    used = use.used(subject.session, subject.catalog)
    return msgspec.structs.replace(behaviour, probes=(*behaviour.probes, *used))


def _earlier(staging: Staging | None, before: Catalog, wish: Wish) -> Earlier:
    """What the same probes say of the state before, as far as they can be made without its rows."""
    meant = scoped(before, wish.scope)
    usable = tuple(use.once_usable(meant))
    if staging is None:
        return Earlier(meant, usable, built=False)
    try:
        subject = staging.built("building the state before", before)
    except SeachangeError as error:
        return Earlier(meant, usable, built=False, findings=(not_built(error),))
    return Earlier(meant, (*usable, *_tried(subject, wish).probes), built=True)


def _model(staging: Staging, wanted: Catalog, wish: Wish) -> tuple[Probe, ...]:
    """What the same probes say of the desired state itself; nothing where it cannot be built."""
    try:
        return _tried(staging.built("building the desired state", wanted), wish).probes
    except SeachangeError:
        return ()


def _told(subject: Subject | None, found: Catalog, earlier: Earlier | None) -> Iterator[Finding]:
    """What to say of the databases that were made to be probed."""
    if subject:
        yield from unlike(subject, found)
    if earlier:
        yield from earlier.findings
