"""Where the program begins.  Nothing is imported before it is known what is asked: `--version` answers at once."""

import sys


def run() -> None:
    """Do what the command line says, and leave with the exit code for it."""
    if sys.argv[1:] == ["--version"]:
        from seachange import __version__

        print(f"seachange {__version__}")
        return
    try:
        import signal

        from seachange.cli.main import main

        signal.signal(signal.SIGTERM, signal.default_int_handler)  # who asks us to end is heard as Ctrl-C is
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    run()
