"""What is asked of the figures: one question, as the command line, the sentences and the steps share it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from inspect import signature
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from pmcli.catalogue import Catalogue
from pmcli.periods import BASELINE

if TYPE_CHECKING:  # a stage of a pipe that only rolls up is not to import every step's needs
    from pmcli.steps.averages import Conventions
    from pmcli.steps.population import Population


class Ask(NamedTuple):
    """A question.

    measures: ids; None: all. areas: of these only, the others are still what they are compared with; None: all.
    source: whose figures; None: the only one's. to: last day of the window; None: the latest. months: its length; None:
    each measure's own (12 in the catalogue, but 1 for 999 calls). baseline: last day of the baseline window.
    peers: area -> its Most Similar Group. population: None for the estimates that come with pm. conventions: None for
    the usual ones. without: ids of the mass events that are taken out of the counts. test: of two counts; None: each
    step's own (`dispersion`).
    """

    catalogue: Catalogue
    measures: Sequence[str] | None = None
    areas: Sequence[str] | None = None
    source: str | None = None
    to: date | None = None
    months: int | None = None
    baseline: date = BASELINE
    peers: Mapping[str, Sequence[str]] = MappingProxyType({})
    population: Population | None = None
    conventions: Conventions | None = None
    without: tuple[str, ...] = ()
    test: str | None = None

    def of(self, step: Callable[..., Any]) -> dict[str, Any]:
        """The parts of the question that a step has keywords for, as those keywords; its defaults hold for the rest."""
        keywords = signature(step).parameters
        parts = {name: getattr(self, name) for name in self._fields if name in keywords}
        return {name: value for name, value in parts.items() if value is not None}
