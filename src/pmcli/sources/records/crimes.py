"""Crime records in memory, and how they are kept small: a few million of them are a few hundred megabytes."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl


class Crimes:
    """Records in memory. Rows are taken out column by column: a second copy of all of them would be too much."""

    def __init__(self, parts: list[pl.DataFrame]) -> None:
        """Take the records over from a list, which is emptied: whoever held on to them would keep a second copy."""
        whole = len(parts) == 1
        self.frame = parts.pop() if whole else pl.concat(parts)
        parts.clear()
        self._each(lambda column: column.rechunk())

    def keep(self, mask: pl.Series) -> None:
        """Keep the rows that `mask` (Boolean) is true of."""
        if mask.all():
            return
        self._each(lambda column: column.filter(mask))

    def _each(self, change: Callable[[pl.Series], pl.Series]) -> None:
        columns = self.frame.get_columns()
        self.frame = pl.DataFrame()
        for place in range(len(columns)):
            columns[place] = change(columns[place])
        self.frame = pl.DataFrame(columns)


def looked_up(column: pl.Series, texts: pl.Series, values: pl.Series) -> pl.Series:
    """The value of each row of a categorical column, named as `values` are; null for a text that has none.

    texts, values: a text and its value, each text once. The values are found by the number of a category, because a
    join would take twice the memory.
    """
    places = pl.DataFrame({"_code": texts.to_physical(), "_value": values}).drop_nulls("_code")
    if places.is_empty():
        return pl.Series(values.name, [None], dtype=values.dtype).new_from_index(0, column.len())
    last = int(places["_code"].max())  # type: ignore[arg-type]
    every = pl.DataFrame({"_code": range(last + 1)}, schema={"_code": places.schema["_code"]})
    table = every.join(places, on="_code", how="left", maintain_order="left")["_value"]
    return table.gather(column.to_physical()).alias(values.name)
