"""Rehearses the plan from one database to another: how many seconds it takes once a copy is kept, as JSON."""

from __future__ import annotations

import json
import sys

from seachange import plan, read, rehearse

ROUNDS = 3


def main(current: str, desired: str) -> None:
    wanted = read(desired)
    made = plan(read(current), wanted)
    seconds = [rehearse(made, current, wanted).seconds for _ in range(ROUNDS)]
    print(json.dumps({"seconds": min(seconds[1:]), "first": seconds[0]}))


if __name__ == "__main__":
    main(*sys.argv[1:])
