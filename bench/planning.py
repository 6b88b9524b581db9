"""Plans in one process, and says how long that took after both sides were read: one line of JSON.

`python -m bench.planning CURRENT DESIRED [FOLDER]` writes the plan's SQL to the folder.
"""

from __future__ import annotations

import gc
import json
import resource
import sys
import time
from pathlib import Path

from bench.child import KIBIBYTE
from seachange import plan, read
from seachange.plan.psql import files

ROUNDS = 3


def main(current: str, desired: str, folder: str = "") -> None:
    best = float("inf")
    for _ in range(ROUNDS):
        sides = read(current), read(desired)  # anew each time: a catalog remembers what it was asked
        gc.collect()
        began = time.perf_counter()
        made = plan(*sides)
        best = min(best, time.perf_counter() - began)
        if best > ROUNDS:
            break
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * KIBIBYTE
    for name, text in files(made).items() if folder else ():
        Path(folder, name).write_text(text)
    print(json.dumps({"seconds": best, "steps": len(list(made.steps)), "memory": memory}))


if __name__ == "__main__":
    main(*sys.argv[1:])
