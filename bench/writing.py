"""Two writers and how long each of their statements takes, until standard input is closed: one line of JSON.

A process of its own, so that nothing that the measuring process does makes it wait.
"""

from __future__ import annotations

import json
import random
import sys
import threading
import time

import psycopg

WRITERS = 2
UPDATES = 0.7
PAUSE = 0.008
UPDATE = "UPDATE {target} SET amount = amount + 1 WHERE id = %s"
INSERT = "INSERT INTO {target} (id, customer, amount, code) VALUES (%s, %s, 1, %s)"


def main(conninfo: str, target: str, rows: int) -> None:
    over = threading.Event()
    samples: list[tuple[float, float]] = []
    failures: list[str] = []
    arguments = (conninfo, target, rows, over, samples, failures)
    writers = [threading.Thread(target=_write, args=(number, *arguments)) for number in range(WRITERS)]
    for writer in writers:
        writer.start()
    while len(samples) < WRITERS:
        time.sleep(PAUSE)
    print("writing", flush=True)
    sys.stdin.read()
    over.set()
    for writer in writers:
        writer.join()
    print(json.dumps({"samples": samples, "failures": failures}))


def _write(  # noqa: PLR0913 - what the threads share
    number: int,
    conninfo: str,
    target: str,
    rows: int,
    over: threading.Event,
    samples: list[tuple[float, float]],
    failures: list[str],
) -> None:
    chance = random.Random(number)
    fresh = rows * 10 + number
    with psycopg.connect(conninfo, autocommit=True) as session:
        while not over.is_set():
            began = time.time()
            try:
                if chance.random() < UPDATES:
                    session.execute(UPDATE.format(target=target).encode(), (chance.randint(1, rows),))
                else:
                    fresh += WRITERS
                    session.execute(INSERT.format(target=target).encode(), (fresh, 1 + fresh % 1000, str(fresh)))
            except psycopg.Error as error:
                failures.append(str(error).splitlines()[0])
            samples.append((began, time.time()))
            time.sleep(PAUSE)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
