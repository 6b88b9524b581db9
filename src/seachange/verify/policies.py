"""Row security probed as a role that has no rights of its own, for two tenants."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from seachange.postgres.acting import ROLE, Acting, Settings, refused_by_policy
from seachange.postgres.probing import Answer
from seachange.postgres.supply import FIRE, OTHER, OWN, Row, silently, written
from seachange.postgres.synthesis import NULL, Value
from seachange.sql.quote import listed, literal, path
from seachange.verify.leaks import through_views
from seachange.verify.scenes import SILENT, Scene, Sight
from seachange.verify.settings import Filling, Source, fillings
from seachange.verify.verification import Aspect, Outcome, Probe

SHAPES = 6
"""Ways to fill in what policies ask of a row besides whose it is."""
NOBODY = "no settings were found under which a row shows that was made up to be one's own"
OPEN = "a policy does not ask whose row it is: "
NO_ROLE = "no role could be made to look with: "
SHOWN, TAKEN = "a row of another is shown", "a row of another is taken"


UNREAD = "no policy lets anybody read it, and nothing is shown"


def examined(scene: Scene) -> Iterator[Probe]:
    """What the role sees and may do; the transaction is the caller's."""
    scene.acting = Acting(scene.probing, scene.groups)
    if scene.acting.refused:
        said = NO_ROLE + scene.acting.refused.words
        yield scene.probe(Aspect.HIDES_ROWS, Outcome.NOT_EXAMINABLE, answer=scene.acting.refused, said=said)
        return
    if not any(one.permissive and one.command in ("all", "select") for one in scene.policies):
        yield _unread(scene, scene.acting)
        return
    sight = _sight(scene, scene.acting)
    if not isinstance(sight, Sight):
        yield sight
        return
    yield from _read(scene, scene.acting, sight)
    yield from _written(scene, scene.acting, sight)
    yield from through_views(scene, scene.acting, sight)


def _unread(scene: Scene, acting: Acting) -> Probe:
    """Row security without a policy that lets anybody read."""
    row = scene.supply.put(scene.table.names, OWN)
    if isinstance(row, Answer):
        return scene.probe(Aspect.HIDES_ROWS, Outcome.NOT_EXAMINABLE, answer=row)
    answer = acting.seen([row], {})
    hidden = answer.rows == ((0,),)
    said = UNREAD if hidden else SHOWN if answer.passed else answer.words
    return scene.probe(Aspect.HIDES_ROWS, Outcome.PASSED if hidden else Outcome.FAILED, answer=answer, said=said)


def unset(scene: Scene) -> Iterator[Probe]:
    """What shows while nobody has set the settings; only a session that never set them can tell."""
    yield from _without(scene, "unset", {})


def _without(scene: Scene, case: str, settings: Settings) -> Iterator[Probe]:
    if not scene.read.slots:
        return
    if policy := scene.open("select"):
        yield scene.probe(Aspect.HIDES_ROWS, Outcome.NOT_EXAMINABLE, case, said=OPEN + policy)
        return
    acting = scene.acting or Acting(scene.probing, scene.groups)
    row = scene.supply.put(scene.table.names, OWN)
    if isinstance(row, Answer) or acting.refused:
        return
    answer = acting.seen([row], settings)
    shown = bool(answer.rows) and answer.rows[0][0] > 0
    outcome = Outcome.PASSED if answer.passed and not shown else Outcome.FAILED
    yield scene.probe(Aspect.HIDES_ROWS, outcome, case, answer=answer, said="a row is shown" if shown else "")


def _sight(scene: Scene, acting: Acting) -> Sight | Probe:
    """Rows and settings under which one's own row shows; the first that hide the other's, if any do."""
    best: Sight | None = None
    last = Answer(code="", said=NOBODY)
    for own, other in _rows(scene):
        for filling in fillings(scene.read, scene.table.names, scene.supply, scene.groups):
            sight = Sight(own, other, _settings(scene, filling, own, OWN), _settings(scene, filling, other, OTHER))
            answer = acting.seen([own, other], sight.mine)
            last = answer if answer.code else last
            match answer.rows:
                case ((1, 0),):
                    return sight
                case ((shown, 1),) if shown or best is None:
                    best = sight
    if best:
        return best
    missing = scene.supply.put(scene.table.names, OWN)
    if isinstance(missing, Answer):
        last = missing
    return scene.probe(
        Aspect.HIDES_ROWS, Outcome.NOT_EXAMINABLE, answer=last, said=f"{NOBODY}; {last.words}" if last.code else NOBODY
    )


def _rows(scene: Scene) -> Iterator[tuple[Row, Row]]:
    """A row of each tenant, in several shapes.  Each pair stays until the transaction ends."""
    supply, names = scene.supply, scene.table.names
    for near in supply.tables:
        if near[-1] in scene.read.names:
            supply.put(near, OWN)
            supply.put(near, OTHER)
    own, other = supply.put(names, OWN), supply.put(names, OTHER)
    if isinstance(own, Answer) or isinstance(other, Answer):
        return
    yield own, other
    loose = [
        one
        for one in own.table.columns
        if one.name in scene.read.names and own.stored[one.name] == other.stored[one.name]
    ]
    for turn in range(SHAPES if loose or scene.read.user else 0):
        own = _changed(scene, own, loose, turn, OWN) or own
        other = _changed(scene, other, loose, turn, OTHER) or other
        yield own, other


def _changed(scene: Scene, row: Row, loose: Iterable[object], turn: int, variant: int) -> Row | None:
    """The row with other values in what policies look at; as that of the role, where they ask for its name."""
    changes: dict[str, Value] = {}
    for column in row.table.columns:
        if column not in loose:
            continue
        values = [one for one in scene.supply.choices(row.table, column) if one not in (None, NULL)]
        if column.category == "B":
            values = ["false", "true"][: 1 + turn % 2]
            changes[column.name] = values[-1]
        elif column.category == "S" and scene.read.user:
            changes[column.name] = literal(ROLE) if variant == OWN else "'somebody else'"
        elif values:
            changes[column.name] = values[(turn // 2 + (variant == OTHER)) % len(values)]
    return scene.supply.replace(row, changes)


def _settings(scene: Scene, filling: Filling, row: Row, variant: int) -> Settings:
    """The settings of the one whom a row belongs to."""
    found: dict[str, str] = {}
    claims: dict[str, dict[str, str]] = {}
    for slot, source in filling.items():
        value = _value(scene, source, row, variant)
        if slot.claim:
            claims.setdefault(slot.setting, {})[slot.claim] = value
        else:
            found[slot.setting] = value
    return found | {setting: json.dumps(one) for setting, one in claims.items()}


def _value(scene: Scene, source: Source, row: Row, variant: int) -> str:
    if not source.table:
        return source.constant
    there = row if source.table == row.table.names else scene.supply.put(source.table, variant)
    return (there.stored.get(source.column) or "") if isinstance(there, Row) else ""


def _read(scene: Scene, acting: Acting, sight: Sight) -> Iterator[Probe]:
    """One's own rows and those of others, seen by each of the two."""
    mine = acting.seen([sight.own, sight.other], sight.mine)
    looks = [mine] if scene.read.user else [mine, acting.seen([sight.other, sight.own], sight.theirs)]
    answers = [one for one in looks if one.rows]
    sees = answers == looks and all(one.rows[0][0] for one in answers)
    failed = next((one for one in looks if not one.passed), SILENT)
    yield scene.probe(
        Aspect.SHOWS_OWN,
        Outcome.PASSED if sees else Outcome.FAILED,
        answer=failed,
        said="" if sees else failed.words or "a row of one's own is not shown",
    )
    if policy := scene.open("select"):
        yield scene.probe(Aspect.HIDES_ROWS, Outcome.NOT_EXAMINABLE, said=OPEN + policy)
    else:
        shown = any(one.rows[0][1] for one in answers)
        yield scene.probe(
            Aspect.HIDES_ROWS,
            Outcome.FAILED if shown or failed.code else Outcome.PASSED,
            answer=failed,
            said=SHOWN if shown else "",
        )
    yield from _without(scene, "empty", dict.fromkeys(scene.read.settings, ""))


def _written(scene: Scene, acting: Acting, sight: Sight) -> Iterator[Probe]:
    """Rows of others put in, changed, taken over and deleted."""
    if scene.table.names not in scene.supply.quiet:
        scene.probing.attempt(FIRE, keep=True)
    asked = {column: written(text) for column, text in sight.other.stored.items() if column in scene.read.names}
    moved = {column: value for column, value in asked.items() if value != written(sight.own.stored[column])}
    if not moved:
        return
    table, alone = path(scene.table.names), scene.alone
    taken = f"update {table} set " + ", ".join(f"{listed([one])} = {written(sight.own.stored[one])}" for one in moved)
    given = f"update {table} set " + ", ".join(f"{listed([one])} = {value}" for one, value in moved.items())
    if not scene.open("insert", check=True):
        yield _refused(scene, "INSERT", acting.attempt(f"{silently(sight.other, asked)}; select true", sight.mine))
    else:
        yield _anybody(scene, "INSERT", scene.open("insert", check=True))
    for case, command, check, sql, row in (
        ("UPDATE", "update", False, taken, sight.other),
        ("UPDATE to another's", "update", True, given, sight.own),
        ("DELETE", "delete", False, f"delete from {table}", sight.other),
    ):
        if policy := scene.open(command, check=check):
            yield _anybody(scene, case, policy)
        else:
            yield _refused(scene, case, acting.moves(sql, row, sight.mine, alone=alone))


def _anybody(scene: Scene, case: str, policy: str) -> Probe:
    return scene.probe(Aspect.REFUSES_ROWS, Outcome.NOT_EXAMINABLE, case, said=OPEN + policy)


def _refused(scene: Scene, case: str, answer: Answer) -> Probe:
    """What an attempt shows that is to be refused, or to reach nothing.  Keys are asked after policies."""
    if refused_by_policy(answer) or answer.rows == ((False,),):
        return scene.probe(Aspect.REFUSES_ROWS, Outcome.PASSED, case, answer=answer)
    if answer.passed or (answer.code[:2] == "23" and not answer.in_body):
        said = f"{TAKEN}: {answer.words}" if answer.said else TAKEN
        return scene.probe(Aspect.REFUSES_ROWS, Outcome.FAILED, case, answer=answer, said=said)
    return scene.probe(Aspect.REFUSES_ROWS, Outcome.NOT_EXAMINABLE, case, answer=answer)
