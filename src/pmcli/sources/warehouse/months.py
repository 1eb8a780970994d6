"""The steps of a query that tell which months the records cover, as `pm load` tells it.

Left out are months that a handful of stray dates made (periods.strays), months that are jumped over, and a first or
last month that is cut short (records/months.py). Every step reads the one before it, so that no engine counts twice.
"""

from __future__ import annotations

from pmcli.periods import FAR, HANDFUL, USUAL_FEW
from pmcli.sources.records.months import LONG, UNLIKELY, USUAL
from pmcli.sources.warehouse.parts import Parts


def month_steps(parts: Parts) -> None:
    """`covered`, from `told`: _force, _month, _period_end, and _year_known (the 12 months before are covered too)."""
    parts.add(
        "seen", "The months that have records, cancelled crimes among them.",
        """
        SELECT _force, _month, CAST(SUM(_crimes) AS DOUBLE) AS _rows,
            MIN(_first_day) AS _first, MAX(_last_day) AS _last,
            LAG(_month) OVER (PARTITION BY _force ORDER BY _month) AS _month_before
        FROM told GROUP BY _force, _month
        """,
    )  # fmt: skip
    parts.add(
        "runs", f"Months that follow one another are a run; a long run has no gap above {FAR} months.",
        """
        SELECT *,
            SUM(CASE WHEN _month - _month_before > 1 THEN 1 ELSE 0 END)
                OVER (PARTITION BY _force ORDER BY _month) AS _run,
            SUM(CASE WHEN _month - _month_before > :far THEN 1 ELSE 0 END)
                OVER (PARTITION BY _force ORDER BY _month) AS _long_run
        FROM seen
        """,
        far=FAR,
    )  # fmt: skip
    fullest = "OVER (PARTITION BY _force ORDER BY _run_rows DESC, _run_months DESC, _run)"
    parts.add(
        "fullest", "The run with the most records.",
        f"""
        SELECT *, FIRST_VALUE(_run) {fullest} AS _main, FIRST_VALUE(_run_months) {fullest} AS _of_main
        FROM (
            SELECT *, SUM(_rows) OVER (PARTITION BY _force, _run) AS _run_rows,
                COUNT(*) OVER (PARTITION BY _force, _run) AS _run_months
            FROM runs
        ) AS summed
        """,
    )  # fmt: skip
    parts.add(
        "typical", "The usual month: the middle one of that run, or of all where it is a month alone.",
        """
        SELECT *, MAX(CASE WHEN _in = 1 AND 2 * _nth IN (_of + 1, _of + 2) THEN _rows END)
            OVER (PARTITION BY _force) AS _usual
        FROM (
            SELECT *, ROW_NUMBER() OVER (PARTITION BY _force, _in ORDER BY _rows) AS _nth,
                COUNT(*) OVER (PARTITION BY _force, _in) AS _of
            FROM (SELECT *, CASE WHEN _of_main > 1 AND _run <> _main THEN 0 ELSE 1 END AS _in FROM fullest) AS marked
        ) AS numbered
        """,
    )  # fmt: skip
    parts.add(
        "stretches",
        f"With {USUAL_FEW} records a month or fewer an empty month is no gap: the long runs are looked at.",
        """
        SELECT *, SUM(_rows) OVER (PARTITION BY _force, _stretch) AS _all,
            COUNT(*) OVER (PARTITION BY _force, _stretch) AS _months,
            MIN(_rows) OVER (PARTITION BY _force, _stretch) AS _least,
            MAX(_rows) OVER (PARTITION BY _force, _stretch) AS _most,
            MIN(_month) OVER (PARTITION BY _force, _stretch) AS _from,
            MAX(_month) OVER (PARTITION BY _force, _stretch) AS _to,
            MIN(CASE WHEN _rows * 20 <= _usual AND _usual - _rows > :lacking THEN 1 ELSE 0 END)
                OVER (PARTITION BY _force, _stretch) AS _thin
        FROM (SELECT _force, _month, _rows, _first, _last, _usual,
            CASE WHEN _usual <= :few THEN _long_run ELSE _run END AS _stretch FROM typical) AS chosen
        """,
        lacking=int(UNLIKELY), few=USUAL_FEW,
    )  # fmt: skip
    order = "OVER (PARTITION BY _force ORDER BY _all DESC, _months DESC, _stretch)"
    parts.add(
        "unstray", "Not those far from the rest with a handful of records: a stray date makes no month.",
        f"""
        SELECT _force, _month, _rows, _first, _last
        FROM (
            SELECT *, FIRST_VALUE(_stretch) {order} AS _main, FIRST_VALUE(_all) {order} AS _main_all,
                FIRST_VALUE(_from) {order} AS _main_from, FIRST_VALUE(_to) {order} AS _main_to
            FROM stretches
        ) AS beside
        WHERE _stretch = _main OR _least < 0 OR _most <= 0 OR NOT (
            _thin = 1 OR (_all <= :handful AND _main_all >= 10 * _months
                AND CASE WHEN _to < _main_from THEN _main_from - _to ELSE _from - _main_to END > :far)
        )
        """,
        handful=HANDFUL, far=FAR,
    )  # fmt: skip
    parts.add(
        "middle", "What a month usually has, and the first and the last of the months.",
        """
        SELECT *, AVG(CASE WHEN 2 * _nth IN (_of, _of + 1, _of + 2) THEN _rows END) OVER (PARTITION BY _force) AS _usual
        FROM (
            SELECT *, ROW_NUMBER() OVER (PARTITION BY _force ORDER BY _rows) AS _nth,
                COUNT(*) OVER (PARTITION BY _force) AS _of,
                LEAD(_month) OVER (PARTITION BY _force ORDER BY _month) AS _next,
                MIN(_month) OVER (PARTITION BY _force) AS _begin, MAX(_month) OVER (PARTITION BY _force) AS _end
            FROM unstray
        ) AS numbered
        """,
    )  # fmt: skip
    parts.add(
        "covered",
        f"The months that the records cover. Where a month usually has more than {USUAL} records an empty one\n"
        f"is a gap, {LONG} empty ones are a gap anywhere; a first or last month is cut short when more than\n"
        f"{UNLIKELY:.0f} records are missing at its end, at the usual number a day.",
        """
        SELECT _force, _month, _period_end,
            CASE WHEN _month - LAG(_month, 12) OVER (PARTITION BY _force ORDER BY _month) = 12
                THEN 1 ELSE 0 END AS _year_known
        FROM (
            SELECT m._force, c._month, c._period_end
            FROM middle AS m JOIN calendar AS c ON c._month BETWEEN m._month AND CASE
                WHEN m._next IS NULL THEN m._month
                WHEN m._next - m._month > CASE WHEN m._usual > :usual THEN 1 ELSE :long END THEN m._month
                ELSE m._next - 1 END
            WHERE NOT (c._month = m._begin
                    AND (EXTRACT(DAY FROM m._first) - 1) * (m._usual / CAST(30.4 AS DOUBLE)) > :unlikely)
                AND NOT (c._month = m._end
                    AND (c._days - EXTRACT(DAY FROM m._last)) * (m._usual / CAST(30.4 AS DOUBLE)) > :unlikely)
        ) AS months
        """,
        usual=USUAL, long=LONG, unlikely=int(UNLIKELY),
    )  # fmt: skip
