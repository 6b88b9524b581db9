"""`python -m seachange`."""

from seachange.cli.__main__ import run

if __name__ == "__main__":
    run()
