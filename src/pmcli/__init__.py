"""pm: police performance measures from the extracts.

The library is the same steps as the command line's, as functions on Polars LazyFrames:

>>> import pmcli
>>> observations = pmcli.load(["extract.csv"])  # doctest: +SKIP
>>> pmcli.compare(observations, measures=["burglary"], areas=["essex"])  # doctest: +SKIP

Every function is loaded when it is first used, so that importing pmcli costs next to nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_FROM = {
    "load": "pmcli.library",
    "rolling": "pmcli.steps.rolling",
    "compare": "pmcli.steps.compare",
    "rank": "pmcli.steps.rank",
    "funnel": "pmcli.steps.funnel",
    "outliers": "pmcli.steps.outliers",
    "trend": "pmcli.steps.trend",
    "spc": "pmcli.steps.spc",
    "ahead": "pmcli.steps.ahead",
    "dispersion": "pmcli.steps.dispersion",
    "sensitivity": "pmcli.steps.sensitivity",
    "Chart": "pmcli.steps.phases",
    "breakdown": "pmcli.steps.breakdown",
    "waves": "pmcli.steps.waves",
    "without": "pmcli.steps.without",
    "say": "pmcli.library",
    "plot": "pmcli.library",
    "show": "pmcli.library",
    "check": "pmcli.steps.check",
    "diff": "pmcli.library",
    "Catalogue": "pmcli.catalogue",
    "Conventions": "pmcli.steps.averages",
    "Population": "pmcli.steps.population",
    "read_population": "pmcli.steps.population",
    "read_peers": "pmcli.steps.population",
    "PmError": "pmcli.errors",
    "PmNote": "pmcli.notes",
}

__all__ = [*_FROM, "__version__"]

if TYPE_CHECKING:
    from pmcli.catalogue import Catalogue as Catalogue
    from pmcli.errors import PmError as PmError
    from pmcli.library import diff as diff
    from pmcli.library import load as load
    from pmcli.library import plot as plot
    from pmcli.library import say as say
    from pmcli.library import show as show
    from pmcli.notes import PmNote as PmNote
    from pmcli.steps.ahead import ahead as ahead
    from pmcli.steps.averages import Conventions as Conventions
    from pmcli.steps.breakdown import breakdown as breakdown
    from pmcli.steps.check import check as check
    from pmcli.steps.compare import compare as compare
    from pmcli.steps.dispersion import dispersion as dispersion
    from pmcli.steps.funnel import funnel as funnel
    from pmcli.steps.outliers import outliers as outliers
    from pmcli.steps.phases import Chart as Chart
    from pmcli.steps.population import Population as Population
    from pmcli.steps.population import read_peers as read_peers
    from pmcli.steps.population import read_population as read_population
    from pmcli.steps.rank import rank as rank
    from pmcli.steps.rolling import rolling as rolling
    from pmcli.steps.sensitivity import sensitivity as sensitivity
    from pmcli.steps.spc import spc as spc
    from pmcli.steps.trend import trend as trend
    from pmcli.steps.waves import waves as waves
    from pmcli.steps.without import without as without


def __getattr__(name: str) -> Any:
    """Load a public name when it is first asked for (PEP 562)."""
    if name not in _FROM:
        raise AttributeError(f"module 'pmcli' has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(_FROM[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
