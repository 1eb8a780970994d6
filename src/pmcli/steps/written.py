"""What people write where a step asks for ids and dates: names ("Essex", "Burglary"), and months as text ("2023-07").

The library is used at a keyboard as often as from code, and there a name is what comes to mind. What is an id already,
or is known to nobody, goes on as it is: the step says of it what it says of any id that the figures lack.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import overload

from pmcli.catalogue import Catalogue, slug
from pmcli.errors import UsageError
from pmcli.periods import month_end, parse_month

Month = date | str
"""The last day of a month, any day of it, or the month as text: 2023-07, Jul 2023, July 2023."""


@overload
def last_day(given: Month, called: str = "to") -> date: ...
@overload
def last_day(given: Month | None, called: str = "to") -> date | None: ...
def last_day(given: Month | None, called: str = "to") -> date | None:
    """The last day of the month that is meant; None for None. called: how an error names it. Raises UsageError."""
    if given is None:
        return None
    if isinstance(given, str):
        return parse_month(given, called)
    if isinstance(given, date | datetime):  # a Timestamp of pandas is a datetime
        return month_end(given.year, given.month)
    raise UsageError(f"{called} = {given!r} is not a month", f'Write it as {called}="2023-07".')


def measure_ids(names: Sequence[str] | None, catalogue: Catalogue | None) -> list[str] | None:
    """The ids of measures that are named by id or label; a single text is one measure. None for None."""
    return _ids(names, catalogue, lambda known, name: known.measure(name).id)


def area_ids(names: Sequence[str] | None, catalogue: Catalogue | None) -> list[str] | None:
    """The ids of forces and districts that are named by id, name or alias; a single text is one. None for None."""
    return _ids(names, catalogue, lambda known, name: known.force(name))


def area_id(name: str, catalogue: Catalogue | None) -> str:
    """The id of one force or district."""
    [found] = area_ids([name], catalogue) or [name]
    return found


def _ids(
    names: Sequence[str] | None, catalogue: Catalogue | None, known: Callable[[Catalogue, str], str]
) -> list[str] | None:
    if names is None:
        return None
    made = []
    for name in [names] if isinstance(names, str) else names:
        if all(part == slug(part) for part in name.split("/")):  # an id, which asks nothing of the catalogue
            made.append(name)
            continue
        catalogue = catalogue or Catalogue()
        try:
            made.append(known(catalogue, name))
        except UsageError:
            made.append(name)
    return made
