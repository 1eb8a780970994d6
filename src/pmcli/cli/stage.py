"""What every subcommand does around its step: settings in, table in, notes and history along, table out."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Self

from pmcli import __version__, history, notes, opened, pipe, settings
from pmcli.errors import PmError, UsageError
from pmcli.periods import parse_month
from pmcli.tables import OBSERVATIONS, Table, check_keys

if TYPE_CHECKING:
    import polars as pl

    from pmcli.catalogue import Catalogue
    from pmcli.pipe import Arrived
    from pmcli.settings import Extract
    from pmcli.steps.population import Population


@dataclass
class Stage:
    """One run of one subcommand.

    command: its name. output, format: -o and -f as given. default_format: what a pipe or file gets. suffixes, screen:
    what else than tables the command writes, and what a terminal gets (see pipe.destination). from_settings:
    whether what it reads is what pm.toml names. rules: the outlier rules of --rules; None takes pm.toml's.
    """

    command: str
    output: str | None = None
    format: str | None = None
    default_format: str = "parquet"
    suffixes: Mapping[str, str] = field(default_factory=lambda: pipe.SUFFIXES)
    screen: str = "table"
    said: list[str] = field(default_factory=list)
    from_settings: bool = False
    rules: Path | None = None
    _arrived: Arrived | None = None

    def __enter__(self) -> Self:
        self._following = opened.following()
        self._following.__enter__()
        self.settings = settings.read()
        self.to = pipe.destination(
            self.output, self.format, default=self.default_format, suffixes=self.suffixes, screen=self.screen
        )
        self._collecting = notes.collecting()
        self.said = self._collecting.__enter__()
        return self

    def __exit__(self, *raised: object) -> None:
        self._collecting.__exit__(None, None, None)
        self._following.__exit__(None, None, None)

    @cached_property
    def catalogue(self) -> Catalogue:
        """The catalogue, a project's own files included."""
        from pmcli.catalogue import Catalogue

        mine = self.settings
        own = {"measures": mine.measures, "events": mine.events, "forces": mine.forces}
        own["rules"] = self.rules or mine.rules
        for role, path in own.items():
            if path is not None:
                opened.reading(path, role)
        return Catalogue(own["measures"], own["events"], own["forces"], own["rules"])

    # -- options ------------------------------------------------------------------------------------------------
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

    def baseline(self, text: str | None) -> date:
        """The last day of the baseline window: --baseline, else pm.toml's, else December 2019."""
        from pmcli.steps.compare import BASELINE

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

    def figures(self, frame: pl.DataFrame, without: Sequence[str] | None) -> pl.DataFrame:
        """The observations to work on: less the mass events of --without."""
        if not without:
            return frame
        from pmcli.steps.without import without as step

        return step(frame, without, self.catalogue).collect()

    # -- the pipe -----------------------------------------------------------------------------------------------
    def read(
        self, inputs: Sequence[str] | None, *accepted: Table, doubles: bool = False, extracts: bool = False
    ) -> Arrived:
        """The table this command works on: -i files, else standard input, else pm.toml's data.

        doubles: let keys that come twice pass (`pm check` lists them). extracts: from pm.toml, the [[pack]] extracts
        too. Raises UsageError when there is no input.
        """
        tables = accepted or (OBSERVATIONS,)
        if inputs:
            arrived = pipe.read(inputs, tables, self.command, doubles=doubles)
        elif pipe.stdin_has_data():
            arrived = pipe.read(["-"], tables, self.command, doubles=doubles)
        elif OBSERVATIONS in tables and (self.settings.data or (extracts and self.settings.pack)):
            arrived = self._load_settings_data(extracts=extracts)
            self.from_settings = True
        else:
            raise UsageError(
                "no input: nothing is piped in, no -i FILE is given and no pm.toml names data",
                f"For example: pm load extract.csv | pm {self.command}",
            )
        if extracts and self.settings.pack and not self.from_settings:
            notes.note("the [[pack]] extracts of pm.toml are not read: the figures are piped in or named with -i")
        self._arrived = arrived
        return arrived

    def _load_settings_data(self, *, extracts: bool) -> Arrived:
        main = [settings.Extract(self.settings.data, self.settings.map)] if self.settings.data else []
        parts = [self._load(item) for item in (*main, *(self.settings.pack if extracts else ()))]
        if len(parts) == 1:
            return pipe.Arrived(parts[0][0], OBSERVATIONS, [], parts[0][1])
        import polars as pl

        frame = pl.concat([part for part, _ in parts])
        check_keys(frame, OBSERVATIONS, "the extracts of pm.toml together")
        return pipe.Arrived(frame, OBSERVATIONS, [], [file for _, files in parts for file in files])

    def _load(self, extract: Extract) -> tuple[pl.DataFrame, list[dict[str, Any]]]:
        """The observations of one extract that pm.toml names, and its files as the history keeps them."""
        from pmcli.sources import load

        try:
            wanted = [self.catalogue.measure(name).id for name in extract.measures]
            loaded = load(
                list(extract.paths), mapping=extract.map, source=extract.source, by=extract.by, area=extract.area,
                catalogue=self.catalogue,
            )  # fmt: skip
        except PmError as error:
            if extract in self.settings.pack:
                named = ", ".join(extract.paths)
                error.message = f"{self.settings.path}, [[pack]] {named}: {error.message}"
                error.hint = error.hint.replace("--map ", "map = ").replace("--by ", "by = ")
            raise
        for sentence in loaded.report.sentences():
            notes.note(sentence)
        frame = loaded.observations
        if wanted:
            frame = frame.filter(frame["measure"].is_in(wanted))
            if frame.is_empty():
                notes.note(f"{', '.join(extract.paths)} has none of {', '.join(wanted)}, which pm.toml takes from it")
        return frame, [input_entry(item) for item in loaded.inputs]

    def write(
        self,
        frame: pl.DataFrame,
        table: Table,
        arrived: Arrived | None = None,
        *,
        inputs: Sequence[dict[str, Any]] = (),
        periods: pl.DataFrame | None = None,
        **view: Any,
    ) -> None:
        """Send the result on: the table, its history with this command at its end, and the notes on standard error."""
        self.say()
        stages = self.history(arrived, inputs)

        def render(stream: IO[str], terminal: bool) -> None:
            from pmcli.views import console

            console.render(frame, table, stream, terminal=terminal, catalogue=self.catalogue, **view)

        pipe.write(frame, self.to, stages, render, periods=periods)
        if self.to.terminal and self.to.format == "table":
            pipe.warn(self.command, ["history:", *[f"  {text}" for text in history.sentences(stages)]])

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

        pipe.write(frame, self.to, [], render)

    def say(self) -> None:
        """Print the notes gathered so far on standard error."""
        pipe.warn(self.command, [f"note: {text}" for text in self.said])


def input_entry(item: Any) -> dict[str, Any]:
    """A loaded input as the history keeps it."""
    entry = {
        "name": item.name, "bytes": item.bytes, "sha256": item.sha256, "method": item.method, "source": item.source,
        "rows": item.rows,
    }  # fmt: skip
    return entry | ({"gives": list(item.gives)} if item.gives else {})
