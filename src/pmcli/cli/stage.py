"""What every subcommand does around its step: settings in, table in, notes and history along, table out."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Self

from pmcli import __version__, history, notes, opened, pipe
from pmcli.cli import sent
from pmcli.errors import UsageError, did_you_mean
from pmcli.periods import BASELINE, parse_month
from pmcli.tables import OBSERVATIONS, Table, check_keys

if TYPE_CHECKING:
    import polars as pl

    from pmcli.ask import Ask
    from pmcli.catalogue import Catalogue
    from pmcli.cli.options import Options
    from pmcli.pipe import Arrived
    from pmcli.steps.averages import Conventions
    from pmcli.steps.population import Population


@dataclass
class Stage:
    """One run of one subcommand.

    given: its options. output, format: -o and -f. default_format: what a pipe or file gets. suffixes, screen: what else
    than tables the command writes, and what a terminal gets (see pipe.destination). from_settings: whether what it
    reads is what pm.toml names.
    """

    given: Options
    output: str | None
    format: str | None
    default_format: str = "parquet"
    suffixes: Mapping[str, str] = field(default_factory=lambda: pipe.SUFFIXES)
    screen: str = "table"
    said: list[str] = field(default_factory=list)
    from_settings: bool = False
    _arrived: Arrived | None = None

    def __enter__(self) -> Self:
        from pmcli.settings import read  # only now: help needs none

        self._following = opened.following()
        self._following.__enter__()
        self.settings = read()
        self.to = pipe.destination(
            self.output, self.format, default=self.default_format, suffixes=self.suffixes, screen=self._on_screen(),
            safe=self.given.safe, labels=self.given.labels, wide=self.given.wide, pager=self.given.pager,
        )  # fmt: skip
        self._collecting = notes.collecting()
        self.said = self._collecting.__enter__()
        return self

    def __exit__(self, *raised: object) -> None:
        self._collecting.__exit__(None, None, None)
        self._following.__exit__(None, None, None)

    def _on_screen(self) -> str:
        """What a terminal gets: PM_FORMAT or pm.toml's `format` may say it, and have a say in nothing else."""
        if self.screen != "table" or self.output or self.format or not pipe.is_terminal():
            return self.screen
        named, chosen = "PM_FORMAT", os.environ.get("PM_FORMAT")
        if not chosen:
            named, chosen = f"{self.settings.path}: format", self.settings.format
        if chosen and chosen not in pipe.ON_SCREEN:
            raise UsageError(
                f"{named} is {chosen!r}, which a terminal is not given",
                did_you_mean(chosen, pipe.ON_SCREEN, f"It may be {', '.join(pipe.ON_SCREEN)}."),
            )
        return chosen or self.screen

    @cached_property
    def catalogue(self) -> Catalogue:
        """The catalogue, a project's own files included."""
        from pmcli.catalogue import Catalogue

        mine = self.settings
        own = {"measures": mine.measures, "events": mine.events, "forces": mine.forces}
        own["rules"] = self.given.rules or mine.rules
        for role, path in own.items():
            if path is not None:
                opened.reading(path, role)
        return Catalogue(own["measures"], own["events"], own["forces"], own["rules"])

    # -- options ------------------------------------------------------------------------------------------------
    def take_over(self, options: Mapping[str, Any]) -> None:
        """Let the options of an earlier command hold where this one was not told otherwise. options: its parameters."""
        unset = {name for name, default in self.given._field_defaults.items() if getattr(self.given, name) == default}
        mine = {name: value for name, value in options.items() if name in self.given.taken & unset}
        self.given = self.given._replace(**mine)
        for made in ("catalogue", "conventions"):
            self.__dict__.pop(made, None)

    def measures(self, names: Sequence[str] | None, group: str | None = None) -> list[str] | None:
        """The measure ids that the arguments and --group pick; None for all."""
        if not names and not group:
            return None
        from pmcli.catalogue import select_measures

        return select_measures(self.catalogue, names or (), group)

    def forces(self, names: Sequence[str] | None, *, default: bool = True) -> list[str] | None:
        """The area ids of --force, else (with `default`) pm.toml's force; None for all. `--force all` is all."""
        given = list(names or ())
        if not given and default and self.settings.force:
            given = [self.settings.force]
        if not given or "all" in given:
            return None
        return [self.area(name) for name in given]

    def area(self, name: str) -> str:
        """The area id of a name that a user gave; an id that is in the data is taken as it is."""
        if self._arrived is not None and name in set(self._arrived.frame["area"].unique()):
            return name
        return self.catalogue.force(name)

    def month(self, text: str | None, option: str = "--to") -> date | None:
        """The last day of the month an option names; None when it was not given."""
        return parse_month(text, option) if text else None

    def first_month(self, frame: pl.DataFrame, table: Table) -> date | None:
        """The last day of the first month that --since and --last leave of a table that has them; None for all."""
        from pmcli.periods import shift

        since = self.month(self.given.since, "--since")
        if self.given.last is not None and "period_end" in table.columns and frame.height:
            latest: date = frame["period_end"].max()  # type: ignore[assignment]
            since = max(shift(latest, 1 - self.given.last), since or date.min)
        return since

    def baseline(self, text: str | None) -> date:
        """The last day of the baseline window: --baseline, else pm.toml's, else December 2019."""

        return self.month(text or self.settings.baseline, "--baseline") or BASELINE

    def peers(self, file: Path | None) -> dict[str, list[str]]:
        """The peer groups of --peers, else pm.toml's; empty without either."""
        from pmcli.steps.population import read_peers

        path = file or self.settings.peers
        if path is None:
            return {}
        opened.reading(path, "peers")
        return read_peers(path, self.catalogue)

    def population(self, file: Path | None, year: int | None) -> Population:
        """The estimates of --population, else pm.toml's, else those that come with pm."""
        from pmcli.steps.population import read_population

        path = file or self.settings.population
        if path is not None:
            opened.reading(path, "population")
        return read_population(path, self.catalogue, year)

    @cached_property
    def conventions(self) -> Conventions:
        """How averages are taken: --average, --sd, --exclude-self."""
        from pmcli.steps.averages import Conventions

        return Conventions(self.given.average, self.given.sd, self.given.include_self)

    def ask(self, **instead: Any) -> Ask:
        """The question that the options put, of the parts that the command takes. instead: parts made otherwise."""
        from pmcli.ask import Ask

        given = self.given
        parts: dict[str, tuple[str, Callable[[], Any]]] = {  # part of the question: the option it is of, how it is made
            "measures": ("measures", lambda: self.measures(given.measures, given.group)),
            "areas": ("force", lambda: self.forces(given.force)),
            "source": ("source", lambda: given.source or self.settings.source),
            "to": ("to", lambda: self.month(given.to)),
            "months": ("months", lambda: given.months),
            "baseline": ("baseline", lambda: self.baseline(given.baseline)),
            "peers": ("peers", lambda: self.peers(given.peers)),
            "population": ("population", lambda: self.population(given.population, given.population_year)),
            "conventions": ("average", lambda: self.conventions),
            "test": ("test", lambda: given.test),
            "without": ("without", lambda: tuple(given.without or ())),
        }
        made = {name: make() for name, (option, make) in parts.items() if option in given.taken and name not in instead}
        return Ask(self.catalogue, **made, **instead)

    def figures(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The observations to work on: less the mass events of --without."""
        if not self.given.without:
            return frame
        from pmcli.steps.without import without

        return without(frame, self.given.without, self.catalogue).collect()

    # -- the pipe -----------------------------------------------------------------------------------------------
    def read(
        self,
        *accepted: Table,
        inputs: Sequence[str] = (),
        doubles: bool = False,
        extracts: bool = False,
        catalogue: bool = True,
    ) -> Arrived:
        """The table this command works on: -i files, else standard input, else pm.toml's data.

        inputs: files that are named otherwise than with -i. doubles: let keys that come twice pass (`pm check` lists
        them). extracts: from pm.toml, the [[pack]] extracts too. catalogue: whether the command has a use for the
        catalogue: it is read while the stage before is still at work. Raises UsageError when there is no input.
        """
        if "average" in self.given.taken:
            _ = self.conventions  # what is wrong with an option is said before anything is read
        tables = accepted or (OBSERVATIONS,)
        files = [*inputs, *(self.given.inputs or ())]
        if files:
            arrived = pipe.read(files, tables, self.given.command, doubles=doubles)
        elif pipe.stdin_has_data():
            if catalogue:
                _ = self.catalogue.measures, self.catalogue.events
            arrived = pipe.read(["-"], tables, self.given.command, doubles=doubles)
        elif OBSERVATIONS in tables and (self.settings.data or (extracts and self.settings.pack)):
            arrived = self._load_settings_data(extracts=extracts)
            self.from_settings = True
        else:
            raise UsageError(
                "no input: nothing is piped in, no -i FILE is given and no pm.toml names data",
                f"For example: pm load extract.csv | pm {self.given.command}",
            )
        if extracts and self.settings.pack and not self.from_settings:
            notes.note("the [[pack]] extracts of pm.toml are not read: the figures are piped in or named with -i")
        self._arrived = arrived
        return arrived

    def _load_settings_data(self, *, extracts: bool) -> Arrived:
        from pmcli.cli.extracts import read_extracts

        extracts_of = [*self.settings.main, *(self.settings.pack if extracts else ())]
        read = read_extracts(extracts_of, self.settings, self.catalogue)
        inputs = [input_entry(item) for _, loaded in read for item in loaded.inputs]
        if len(read) == 1:
            return pipe.Arrived(read[0][0], OBSERVATIONS, [], inputs)
        import polars as pl

        frame = pl.concat([part for part, _ in read])
        check_keys(frame, OBSERVATIONS, "the extracts of pm.toml together")
        return pipe.Arrived(frame, OBSERVATIONS, [], inputs)

    def write(
        self,
        frame: pl.DataFrame,
        table: Table,
        arrived: Arrived | None = None,
        *,
        inputs: Sequence[dict[str, Any]] = (),
        periods: Callable[[], str] | None = None,
        render: pipe.Renderer | None = None,
        **view: Any,
    ) -> None:
        """Send the result on: the table, its history with this command at its end, and the notes on standard error.

        periods: see pipe.write. render: how people see it, where that is not as the views of the table have it. view:
        what they are told.
        """
        frame = sent.chosen(self, frame, table)
        view |= sent.in_order(self)
        rows = sent.laid_out(self, frame, table)
        if self.to.format in pipe.DOCUMENTS:
            _ = self.catalogue  # its labels have a say in what is written, and its files a place in the history
        self.say()
        stages = self.history(arrived, inputs)

        def seen(stream: IO[str], terminal: bool) -> None:
            from pmcli.views import console

            console.render(frame, table, stream, terminal=terminal, catalogue=self.catalogue, **view)

        document = partial(sent.document, self, frame, rows, table, stages, view)
        pipe.write(rows, self.to, stages, render if render is not None else seen, periods=periods, document=document)
        if self.given.history:
            pipe.warn(self.given.command, ["history:", *[f"  {text}" for text in history.sentences(stages)]])

    def history(self, arrived: Arrived | None, inputs: Sequence[dict[str, Any]] = ()) -> list[history.Stage]:
        """What was done so far, this command at its end. inputs: files it opened beside those of `arrived`."""
        files = [*(arrived.inputs if arrived else ()), *inputs, *opened.entries()]
        line = history.command_line(sys.argv[1:])
        return [*(arrived.stages if arrived else []), history.stage(line, __version__, files, self.said)]

    def write_listing(self, frame: pl.DataFrame, title: str, narrow: Sequence[str] = ()) -> None:
        """Send a listing (not a table of the contract) on: for people unless -f or -o says otherwise.

        narrow: the columns that a terminal gets, which has no room for all.
        """
        shown = frame.select(narrow) if narrow and self.to.terminal else frame

        def render(stream: IO[str], terminal: bool) -> None:
            from pmcli.views import console

            console.render_listing(shown, title, stream, terminal=terminal)

        pipe.write(frame, self.to, [], render, document=partial(sent.listing_document, self, frame, title))

    def say(self) -> None:
        """Print the notes gathered so far on standard error, unless they are not wanted (--quiet)."""
        if not self.given.quiet:
            pipe.warn(self.given.command, [f"note: {text}" for text in self.said])


def input_entry(item: Any) -> dict[str, Any]:
    """A loaded input as the history keeps it."""
    entry = {
        "name": item.name, "bytes": item.bytes, "sha256": item.sha256, "method": item.method, "source": item.source,
        "rows": item.rows,
    }  # fmt: skip
    return entry | ({"gives": list(item.gives)} if item.gives else {}) | dict(item.asked)
