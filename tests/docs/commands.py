"""The commands as the program has them: what they inherit from it included."""

from __future__ import annotations

from collections.abc import Sequence

import click

from seachange.cli.main import cli


def options(verb: str) -> frozenset[str]:
    """Every spelling of every option of a command."""
    context = click.Context(_command(verb), parent=_program())
    parameters = context.command.get_params(context)
    return frozenset(
        spelling for parameter in parameters if isinstance(parameter, click.Option) for spelling in parameter.opts
    )


def understand(verb: str, arguments: Sequence[str]) -> None:
    """Raises click.UsageError where the command would."""
    _command(verb).make_context(verb, list(arguments), parent=_program())


def _command(verb: str) -> click.Command:
    command = cli.get_command(_program(), verb)
    assert command is not None
    return command


def _program() -> click.Context:
    return click.Context(cli, **cli.context_settings)
