"""Every kind of chart, as the tests of the views make them."""

from tests.views.conftest import catalogue, charts, observed, peers, tables  # noqa: F401
