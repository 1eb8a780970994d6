"""The command line: one thin file a subcommand, listed here in the order in which `pm --help` shows them."""

from __future__ import annotations

import os
import signal
import sys
from importlib import import_module
from typing import Annotated, Final

import typer

from pmcli import __version__
from pmcli.errors import PmError
from pmcli.panics import is_panic
from pmcli.stopping import Stopped

COMMANDS: Final = (
    "load",
    "sql",
    "rolling",
    "compare",
    "rank",
    "outliers",
    "trend",
    "ahead",
    "dispersion",
    "spc",
    "breakdown",
    "waves",
    "check",
    "show",
    "plot",
    "say",
    "pack",
    "audit",
    "measures",
    "forces",
    "events",
    "mappings",
    "history",
    "init",
)

app = typer.Typer(
    name="pm",
    add_completion=True,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
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
    """Police performance measures from the extracts: load, roll up, compare, rank, score, show.

    Each command reads a table and writes one, so they chain:

    pm load prc.ods | pm rolling | pm compare --baseline 2019-12 | pm show
    """


def build() -> typer.Typer:
    """The app with its subcommands: only the one that is called is imported, all of them for help."""
    asked = next((word for word in sys.argv[1:] if not word.startswith("-")), None)
    names = (asked,) if asked in COMMANDS else COMMANDS
    for name in names:
        command = import_module(f"pmcli.cli.{name}_command")
        app.command(name)(getattr(command, name))
    return app


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
        code = _complain(prefix, _output_trouble(error), 1)
    except BaseException as error:
        if not (isinstance(error, Exception) or is_panic(error)) or os.environ.get("PM_DEBUG", "0") not in {"", "0"}:
            raise
        reason = " ".join(str(error).split())[:300]
        hint = "This is a fault of pm, not of your data. PM_DEBUG=1 shows where; please report it."
        code = _complain(prefix, f"{type(error).__name__}: {reason}\n{hint}", 1)
    _leave(int(code or 0))


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
