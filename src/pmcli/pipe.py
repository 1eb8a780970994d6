"""The pipe: the only file that touches standard input and standard output.

A table arrives as Parquet and leaves as Parquet, with its history; people get a rich table on a terminal. Results are
collected before the first byte is written, so a stage that fails sends nothing; a file is written beside its place and
renamed into it, so it is whole or absent.
"""

from __future__ import annotations

import contextlib
import errno
import io
import os
import stat
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final, NamedTuple

from pmcli import history, opened
from pmcli.errors import PmError, UsageError, did_you_mean
from pmcli.formulas import protected
from pmcli.no_table import not_a_table
from pmcli.pager import paged
from pmcli.panics import unprinted
from pmcli.stopping import whole
from pmcli.tables import OBSERVATIONS, Table, check_keys, check_rows, conform, recognise
from pmcli.visible import sentence as shown
from pmcli.visible import visible
from pmcli.windows import WINDOWS, open_elsewhere, respelt, respelt_error

if TYPE_CHECKING:
    import polars as pl

SUFFIXES: Final = {
    ".parquet": "parquet", ".csv": "csv", ".json": "json", ".ndjson": "ndjson", ".jsonl": "ndjson", ".txt": "table",
    ".xlsx": "xlsx", ".md": "md", ".html": "html", ".htm": "html",
}  # fmt: skip
DOCUMENTS: Final = ("xlsx", "md", "html")
"""The formats that are made for people out of more than the rows: labels, notes, what the figures were made from."""
ON_SCREEN: Final = ("table", "md", "csv", "json", "ndjson")
"""The formats that a terminal can be given by default."""
PERIODS_KEY: Final = "pm.periods"
"""Metadata key of the shorter rows that rolled totals were made of; see `Arrived.whole`."""


@dataclass(slots=True)
class Arrived:
    """What a command was given.

    frame: conforming to `table`, keys checked. stages: its history. inputs: the files this command opened itself.
    packed: for 12-month totals that `pm rolling` made, the rows they were made of, as they travel in the metadata.
    """

    frame: pl.DataFrame
    table: Table
    stages: list[history.Stage]
    inputs: list[dict[str, Any]] = field(default_factory=list)
    packed: list[str] = field(default_factory=list)

    def whole(self) -> pl.DataFrame:
        """The frame, and with it the shorter rows that its totals were made of where they travelled along.

        12-month totals alone cannot answer a 6-month criterion or a test on the periods themselves.
        """
        import polars as pl

        periods = _unpacked(self.packed, self.frame)
        return self.frame if periods is None else pl.concat([self.frame, periods])

    def for_windows(self, months: int) -> pl.DataFrame:
        """The frame when windows of `months` can be made of its own rows, else `whole`."""
        lengths = self.frame["months"].unique().to_list()
        return self.frame if not lengths or any(months % length == 0 for length in lengths) else self.whole()


# ------------------------------------------------------------------------------------------------------ reading


def stdin_has_data() -> bool:
    """Whether standard input is a pipe, a socket or a regular file: something that a table can come from."""
    try:
        mode = os.fstat(0).st_mode
    except OSError:
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISREG(mode) or stat.S_ISSOCK(mode)


def read(
    inputs: Sequence[str],
    accepted: Sequence[Table],
    command: str,
    *,
    doubles: bool = False,
    given: Mapping[str, bytes] | None = None,
) -> Arrived:
    """The tables in the files `inputs` ("-" is standard input), as one.

    accepted: the tables the command takes; all inputs must be of the same one. doubles: let a key come twice. given:
    the bytes of inputs that were read before.
    Raises PmError when nothing arrives, when it is cut off, not Parquet or another table, or when keys clash.
    """
    import polars as pl

    parts = []
    for name in inputs:
        data = given[name] if given is not None and name in given else bytes_of(name)
        parts.append((_named(name), data, *_parse(data, _named(name), accepted, command)))
    table = parts[0][3]
    for name, _, _, other, _ in parts[1:]:
        if other is not table:
            raise PmError(
                f"{parts[0][0]} holds the {table.name} table and {name} the {other.name} table",
                "Give tables of one kind.",
            )
    frame = parts[0][2] if len(parts) == 1 else pl.concat([part[2] for part in parts])
    frame = check_rows(frame, table, parts[0][0] if len(parts) == 1 else "the inputs together")
    if not doubles:
        check_keys(frame, table, parts[0][0] if len(parts) == 1 else "the inputs together")
    files = [
        {"name": name, "bytes": len(data), "sha256": _sha256(data)}
        for (name, data, *_), asked in zip(parts, inputs, strict=True)
        if asked != "-"
    ]
    stages = history.merged(history.from_json(metadata.get(history.KEY)) for *_, metadata in parts)
    packed = [metadata[PERIODS_KEY] for *_, metadata in parts if PERIODS_KEY in metadata]
    return Arrived(frame, table, stages, files, packed)


def _named(name: str) -> str:
    return "standard input" if name == "-" else name


def _sha256(data: bytes) -> str:
    import hashlib

    return hashlib.sha256(data).hexdigest()


def bytes_of(name: str) -> bytes:
    """The bytes of a file, or of standard input ("-"). Raises PmError."""
    if name != "-":
        opened.reading(name)
    try:
        return sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except IsADirectoryError:
        raise PmError(f"{name} is a folder, not a table of pm", f"Load it first: `pm load {name} | …`.") from None
    except OSError as error:
        missing = isinstance(error, FileNotFoundError)
        beside = did_you_mean(Path(name).name, _beside(Path(name))) if missing else ""
        raise PmError(f"{_named(name)}: {because(error, Path(name))}", beside) from error


def _beside(path: Path) -> list[str]:
    try:
        return [entry.name for entry in path.parent.iterdir()]
    except OSError:
        return []


def _parse(
    data: bytes, name: str, accepted: Sequence[Table], command: str
) -> tuple[pl.DataFrame, Table, dict[str, str]]:
    """The frame, its table and the file's metadata."""
    import polars as pl

    if not data:
        raise PmError(
            f"nothing arrived on {name}: 0 bytes",
            "Look at the stage before it: a stage that fails sends nothing." if name == "standard input" else "",
        )
    if data[:4] != b"PAR1":
        if respelt(data):
            raise respelt_error(name)
        raise not_a_table(data, name, accepted, command)
    if len(data) < 12 or data[-4:] != b"PAR1":
        if respelt(data):
            raise respelt_error(name)
        raise PmError(
            f"{name} is Parquet, but cut off after {len(data):,} bytes", "Make it again; half a table is none."
        )
    try:
        with unprinted():
            frame = pl.read_parquet(io.BytesIO(data))
            metadata = pl.read_parquet_metadata(io.BytesIO(data))
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError, ValueError) as error:
        if respelt(data):
            raise respelt_error(name) from error
        raise PmError(f"{name} is Parquet, but damaged: {str(error).splitlines()[0]}", "Make it again.") from error
    found = recognise(frame.columns)
    table = found if found is not None and found in accepted else accepted[0]
    return conform(frame, table, name), table, metadata


def _unpacked(packed: Sequence[str], frame: pl.DataFrame) -> pl.DataFrame | None:
    """The rows that rolled totals were made of, for the series and the time that are still in `frame`."""
    if not packed:
        return None
    import base64

    import polars as pl

    from pmcli.tables import KEY, SERIES, series_of

    where = "the shorter periods that came with the totals"
    try:
        with unprinted():
            parts = [pl.read_parquet(io.BytesIO(base64.b64decode(text, validate=True))) for text in packed]
            runs = [[name for name, dtype in part.schema.items() if dtype == pl.List] for part in parts]
            parts = [part.explode(lists) if lists else part for part, lists in zip(parts, runs, strict=True)]
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError, ValueError) as error:
        raise PmError(f"{where} are damaged: {str(error).splitlines()[0]}", "Make the table again.") from error
    rows = check_rows(pl.concat([conform(part, OBSERVATIONS, where) for part in parts]), OBSERVATIONS, where)
    rows = rows.unique(subset=list(KEY), keep="first", maintain_order=True)
    still = rows.join(series_of(frame), on=list(SERIES), how="semi")
    upto = frame.select(pl.col("period_end").max()).item()
    return still.filter(pl.col("period_end") <= upto).join(frame, on=list(KEY), how="anti").sort(KEY)


# ------------------------------------------------------------------------------------------------------ writing


class Destination(NamedTuple):
    """Where a result goes: path None is standard output; format is one that the command writes.

    safe: whether CSV keeps a spreadsheet from running its text (pmcli.formulas). labels: whether CSV and workbooks have
    labels for ids. wide: whether they have periods across. pager: whether a long text on a terminal goes to a pager.
    """

    path: Path | None
    format: str
    terminal: bool = False
    safe: bool = False
    labels: bool = False
    wide: bool = False
    pager: bool = False


_BINARY: Final = {"parquet": "Parquet", "png": "PNG", "xlsx": "A workbook"}


def destination(
    output: str | None,
    format_: str | None,
    *,
    default: str = "parquet",
    suffixes: Mapping[str, str] = SUFFIXES,
    screen: str = "table",
    safe: bool | None = None,
    labels: bool | None = None,
    wide: bool = False,
    pager: bool = True,
) -> Destination:
    """What -o, -f, --safe, --labels, --wide and the terminal come to.

    suffixes: suffix -> format, for all that the command writes; screen: the format that a terminal gets. safe: None for
    the default: a CSV file is for people and their spreadsheets, CSV on standard output for programs. labels: None for
    the default: a workbook has them, CSV has not.
    A terminal gets `screen`, anything else `default`; the suffix of -o chooses, and -f must not contradict it.
    Raises UsageError for a format nobody knows, a suffix that says nothing, a conflict, or bytes to a terminal.
    """
    to = _destination(output, format_, default, suffixes, screen)
    if safe and to.format != "csv":
        raise UsageError(f"--safe is about CSV, and this writes {to.format}", "Leave it out, or add -f csv.")
    for option, given in (("--labels", labels is not None), ("--wide", wide)):
        if given and to.format not in _SHEETS:
            raise UsageError(
                f"{option} is about CSV and workbooks, and this writes {to.format}",
                "Leave it out, or add -f csv or -o FILE.xlsx.",
            )
    return to._replace(
        safe=to.path is not None if safe is None else safe,
        labels=to.format == "xlsx" if labels is None else labels,
        wide=wide,
        pager=pager and to.terminal and to.format in _PAGED,
    )


_PAGED: Final = ("table", "md")
_SHEETS: Final = ("csv", "xlsx")


def _destination(
    output: str | None, format_: str | None, default: str, suffixes: Mapping[str, str], screen: str
) -> Destination:
    formats = tuple(dict.fromkeys(suffixes.values()))
    if format_ is not None and format_ not in formats:
        raise UsageError(
            f"there is no format {format_!r}", did_you_mean(format_, formats, f"Formats: {', '.join(formats)}.")
        )
    if output is None or output == "-":
        terminal = is_terminal()
        chosen = format_ or (screen if terminal and output is None else default)
        if chosen in _BINARY and terminal and output is None:
            raise UsageError(
                f"{_BINARY[chosen]} would garble the terminal",
                f"Pipe it on, write it with -o FILE.{chosen}, or force it with -o -.",
            )
        return Destination(None, chosen, terminal)
    path = Path(output)
    suffix = suffixes.get(path.suffix.lower())
    if suffix is None and format_ is None:
        raise UsageError(
            f"-o {output}: the suffix does not say which format", f"End it in {', '.join(suffixes)}, or add -f."
        )
    if suffix is not None and format_ is not None and suffix != format_:
        raise UsageError(f"-o {output} is {suffix}, but -f says {format_}", "Make them agree, or leave -f out.")
    if path.is_dir():
        raise UsageError(f"-o {output} is a folder", "Name a file in it.")
    return Destination(path, format_ or suffix or default)


def may_colour() -> bool:
    """Whether escape codes for colour are welcome on a terminal: unless NO_COLOR is set, or TERM says dumb."""
    return not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def is_terminal() -> bool:
    """Whether standard output is a terminal."""
    try:
        return os.isatty(1)
    except OSError:
        return False


Renderer = Callable[[IO[str], bool], None]
"""Writes the result as a table for people to a text stream; the flag says whether the stream is a terminal."""

Documents = Callable[[str], bytes]
"""Makes the result as one of DOCUMENTS."""


def write(
    frame: pl.DataFrame,
    to: Destination,
    stages: list[history.Stage],
    render: Renderer,
    *,
    periods: Callable[[], str] | None = None,
    document: Documents | None = None,
) -> None:
    """Send a finished result on its way, whole. Raises PmError when it cannot be written (a full disk, …).

    periods: gives what becomes `Arrived.packed`, made by `packed`.
    """
    if to.format == "table":
        buffer = io.StringIO()
        render(buffer, to.terminal)
        data = buffer.getvalue().encode()
    elif to.format in DOCUMENTS and document is not None:
        data = document(to.format)
    else:
        data = _encode(_shown(frame) if to.terminal and to.format != "parquet" else frame, to, stages, periods)
    if to.path is not None:
        write_file(to.path, data)
    elif not (to.pager and paged(data)):
        write_stdout(data)


def _shown(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame as a terminal may have it: escapes and control characters in its texts as symbols."""
    import polars as pl

    if frame.width == 0:
        return frame
    return frame.with_columns(
        pl.Series(name, [None if text is None else visible(text) for text in frame[name].to_list()], dtype=pl.String)
        for name, dtype in frame.schema.items()
        if dtype == pl.String
    )


def _encode(
    frame: pl.DataFrame, to: Destination, stages: list[history.Stage], periods: Callable[[], str] | None
) -> bytes:
    buffer = io.BytesIO()
    if to.format == "csv":
        (protected(frame) if to.safe else frame).write_csv(buffer)
    elif to.format == "json":
        frame.write_json(buffer)
        buffer.write(b"\n")
    elif to.format == "ndjson":
        frame.write_ndjson(buffer)
    else:
        metadata = {history.KEY: history.to_json(stages)}
        if periods is not None:
            metadata[PERIODS_KEY] = periods()
        frame.write_parquet(buffer, metadata=metadata, **_PARQUET)
    return buffer.getvalue()


_PARQUET: Final[Mapping[str, Any]] = {"compression": "lz4", "statistics": False, "row_group_size": 1 << 22}
"""How tables are written: quick to unpack, and all but the largest in one piece, for to put pieces together is slow."""


def packed(periods: pl.DataFrame) -> str:
    """Observations as the text in which they travel beside their totals: a row a run of one series, its periods and
    figures as lists, which are soon written.
    """
    import base64

    import polars as pl

    from pmcli.tables import SERIES, series_starts

    starts = series_starts(periods)
    figures = periods.drop(SERIES).with_columns(starts.cum_sum().set_sorted().alias("_run"))
    runs = figures.group_by("_run", maintain_order=True).agg(pl.all()).drop("_run")
    buffer = io.BytesIO()
    pl.concat([periods.select(SERIES).filter(starts), runs], how="horizontal").write_parquet(buffer, **_PARQUET)
    return base64.b64encode(buffer.getvalue()).decode("ascii")


def write_stdout(data: bytes) -> None:
    """Write bytes to standard output and flush them. Raises PmError when the disk is full or the terminal is gone."""
    if sys.stdout is None:
        raise PmError("standard output is closed", "Write the result with -o FILE.")
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        quit_quietly()
    except OSError as error:
        forget_stdout()
        raise PmError(f"standard output: {because(error)}") from error


def quit_quietly() -> None:
    """Leave without a word: the reader of our output has gone."""
    forget_stdout()
    raise SystemExit(141)  # 128 + SIGPIPE, as a shell reports it


def forget_stdout() -> None:
    """Point standard output at nothing, so that the interpreter does not complain about it once more at exit."""
    with contextlib.suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def write_file(path: Path, data: bytes) -> None:
    """Write a file whole or not at all: beside its place first, then renamed. Raises PmError."""
    write_files({path: data})


def write_files(files: Mapping[Path, bytes]) -> None:
    """Write several files, all of them or none: each whole beside its place first, then all renamed. Raises PmError."""
    for path in files:
        read = opened.same_as(path)
        if read is not None:
            also = "" if read == str(path) else f" (the same file as {read})"
            raise UsageError(f"-o {path}{also}: this command reads that file; nothing was written", "Name another.")
    waiting: list[tuple[Path, Path]] = []
    path = Path()
    try:
        for path, data in files.items():
            if path.exists() and not path.is_file():  # a device or a named pipe: there is no file to replace
                path.write_bytes(data)
        with whole():
            try:
                for path, data in files.items():
                    if path.is_file() or not path.exists():
                        place = path.resolve()  # behind a link, the file it points to is replaced, not the link
                        waiting.append((_beside_its_place(place, data), place))
                if WINDOWS:
                    for _, path in waiting:  # one that is open elsewhere must be found before the first is replaced
                        _free(path)
                for temporary, path in waiting:
                    temporary.replace(path)
            finally:
                for temporary, _ in waiting:
                    temporary.unlink(missing_ok=True)
    except OSError as error:
        why = because(error, path)
        hint = "Close it there, or name another file." if "it is open in" in why else ""
        raise PmError(f"-o {path}: {why}; nothing was written", hint) from error


def _free(path: Path) -> None:
    """Raise OSError for a file that another program does not let us change."""
    if path.is_file():
        with path.open("r+b"):
            pass


def write_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files by name into a folder, which is made when it is not there: all or none. Raises PmError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise PmError(f"-o {folder}: {because(error)}; nothing was written") from error
    write_files({folder / name: data for name, data in files.items()})


def _beside_its_place(place: Path, data: bytes) -> Path:
    """A finished file in the folder of `place`, with the mode that it is to have there."""
    import tempfile

    handle, name = tempfile.mkstemp(prefix=f".{place.name}.", dir=place.parent or Path())
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(_mode(place))
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


def _mode(path: Path) -> int:
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except OSError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask


def because(error: OSError, path: Path | None = None) -> str:
    """Why something could not be written or read, as the end of a sentence. path: the file, where it is one."""
    if error.errno == errno.ENOSPC:
        return "the disk is full"
    if path is not None and (held := open_elsewhere(path, error, beside=set(_beside(path)))):
        return held
    return error.strerror or str(error)


def warn(command: str, sentences: Sequence[str]) -> None:
    """Print lines on standard error, prefixed with the command; silently nothing when standard error is gone."""
    if sys.stderr is None:  # closed by whoever started us, as cron and daemons do
        return
    try:
        for sentence in sentences:
            first, *rest = shown(sentence).split("\n")
            sys.stderr.write(f"pm {command}: {first}\n" if command else f"pm: {first}\n")
            sys.stderr.writelines(f"  {line}\n" for line in rest)
        sys.stderr.flush()
    except (OSError, ValueError):
        pass
