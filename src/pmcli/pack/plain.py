"""What a reader of a pack cannot do anything with: how to type what would settle a criterion."""

from __future__ import annotations

import polars as pl

from pmcli.views.outliers.sentences import HINT


def without_hints(outliers: pl.DataFrame) -> pl.DataFrame:
    """The outliers table whose reasons do not say what to type."""
    return outliers.with_columns(pl.col("reason").str.replace(HINT, ""))
