"""The command line: one thin file a subcommand; commands.py has them in the order in which `pm` shows them."""

from __future__ import annotations

import os
import signal
import sys
from importlib import import_module
from typing import Annotated, Final

import typer
from typer.core import TyperGroup

from pmcli import __version__
from pmcli.commands import COMMANDS as COMMANDS
from pmcli.commands import overview
from pmcli.errors import PmError
from pmcli.panics import is_panic
from pmcli.stopping import Stopped

_HELP_OPTIONS: Final = {"help_option_names": ["-h", "--help"]}


class _Commands(TyperGroup):
    """The commands, told in their groups."""

    def get_help(self, ctx: typer.Context) -> str:  # type: ignore[override]
        """What `pm` says by itself."""
        del ctx
        return overview().rstrip("\n")


app = typer.Typer(
    name="pm",
    cls=_Commands,
    add_completion=True,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"max_content_width": 100, **_HELP_OPTIONS},
)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"pm {__version__}")
        raise typer.Exit


@app.callback()
def _pm(
    _version: Annotated[
        bool, typer.Option("--version", help="Show the version.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """Police performance measures from the extracts; what it says is in commands.py."""


def build() -> typer.Typer:
    """The app with its subcommands: only the one that is called is imported, all of them when none is."""
    asked = next((word for word in _words() if not word.startswith("-")), None)
    if "--install-completion" in sys.argv or "--show-completion" in sys.argv:
        import_module("pmcli.cli.shells").with_the_first_tab()
    for name in (asked,) if asked in COMMANDS else COMMANDS:
        _add(app, name)
    return app


def usage(name: str) -> str:
    """What `pm NAME --help` prints, without the line end."""
    one = typer.Typer(
        add_completion=False, rich_markup_mode=None, context_settings={"max_content_width": 100, **_HELP_OPTIONS}
    )
    _add(one, name)
    command = typer.main.get_command(one)
    return command.get_help(command.make_context(f"pm {name}", ["--"], resilient_parsing=True)).rstrip("\n")


def _add(to: typer.Typer, name: str) -> None:
    to.command(name)(getattr(import_module(f"pmcli.cli.{name}_command"), name))


def _words() -> list[str]:
    """The words of the command line; those of the one that a shell asks to complete."""
    if "_PM_COMPLETE" not in os.environ:
        return sys.argv[1:]
    return (os.environ.get("_TYPER_COMPLETE_ARGS") or os.environ.get("COMP_WORDS", "")).split()[1:-1]


def main() -> None:
    """The `pm` program: exit code 0 when good, 1 for a data or run error, 2 for a usage error."""
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # `| head` ends us without a word, as it does every Unix tool
    if len(sys.argv) == 1:
        sys.argv.append("--help")
    usage_error: type[Exception] = typer.BadParameter.__mro__[1]
    prefix = next((word for word in sys.argv[1:] if word in COMMANDS), "")
    try:
        code = build()(prog_name="pm", standalone_mode=False)
    except PmError as error:
        code = _complain(prefix, str(error), error.exit_code)
    except usage_error as error:
        message = error.format_message() if hasattr(error, "format_message") else str(error)
        code = _complain(prefix, f"{message}\n`pm {prefix}{' ' if prefix else ''}--help` shows how it is used.", 2)
    except (typer.Abort, KeyboardInterrupt):
        code = 130
    except Stopped as stopped:
        code = stopped.code
    except BrokenPipeError:
        code = 141
    except OSError as error:  # a command's own files are PmErrors by now: this is help that meets a full disk
        code = _complain(prefix, _output_trouble(error), _TROUBLE.get(prefix, 1))
    except BaseException as error:
        if not (isinstance(error, Exception) or is_panic(error)) or os.environ.get("PM_DEBUG", "0") not in {"", "0"}:
            raise
        reason = " ".join(str(error).split())[:300]
        hint = "This is a fault of pm, not of your data. PM_DEBUG=1 shows where; please report it."
        code = _complain(prefix, f"{type(error).__name__}: {reason}\n{hint}", _TROUBLE.get(prefix, 1))
    _leave(int(code or 0))


_TROUBLE: Final = {"diff": 2}
"""Commands whose exit code 1 is an answer, as of diff and grep: what else goes wrong is another code."""


def _complain(prefix: str, message: str, code: int) -> int:
    from pmcli.pipe import warn

    if os.environ.get("PM_DEBUG", "0") not in {"", "0"}:
        import traceback

        traceback.print_exc()
    warn(prefix, message.splitlines()[:1] if "\n" not in message else [message])
    return code


def _output_trouble(error: OSError) -> str:
    from pmcli import pipe

    if error.filename is None:
        pipe.forget_stdout()
    return f"{error.filename or 'standard output'}: {pipe.because(error)}"


def _leave(code: int) -> None:
    """Flush what `--help` and friends printed; a reader or disk that is gone is no reason for a traceback."""
    try:
        if sys.stdout is not None:  # it is None when whoever started us closed it
            sys.stdout.flush()
    except OSError as error:
        from pmcli.pipe import quit_quietly, warn

        if isinstance(error, BrokenPipeError):
            quit_quietly()
        warn("", [_output_trouble(error)])
        code = code or 1
    raise SystemExit(code)
