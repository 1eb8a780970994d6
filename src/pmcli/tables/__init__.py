"""The contract of the tables that flow through the pipe, and the checks that a frame keeps to it."""

from __future__ import annotations

from pmcli.tables.conform import check_keys as check_keys
from pmcli.tables.conform import check_rows as check_rows
from pmcli.tables.conform import conform as conform
from pmcli.tables.conform import known_shares as known_shares
from pmcli.tables.conform import recognise as recognise
from pmcli.tables.contract import *  # noqa: F403  every table, by its name
from pmcli.tables.model import BY_STATISTIC as BY_STATISTIC
from pmcli.tables.model import FORMS as FORMS
from pmcli.tables.model import KEY as KEY
from pmcli.tables.model import SERIES as SERIES
from pmcli.tables.model import Column as Column
from pmcli.tables.model import Table as Table
from pmcli.tables.order import in_key_order as in_key_order
from pmcli.tables.order import series_of as series_of
from pmcli.tables.order import series_starts as series_starts
from pmcli.tables.order import sort_by_key as sort_by_key
