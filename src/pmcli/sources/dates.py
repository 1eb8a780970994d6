"""The former place of reading/dates.py, for scripts that import it from here."""

from pmcli.sources.reading.dates import Period, financial_quarter, parse_period
from pmcli.sources.reading.periods import periods

__all__ = ["Period", "financial_quarter", "parse_period", "periods"]
