"""The contract: what each table that flows through the pipe is called, holds and is keyed by.

Every loader and every step returns one of these tables; every step that reads one checks it first (conform.py). A
table is recognised by its columns, so a file written by pm (or by a script that follows the contract) says for itself
what it is. A line a column: its name, its Polars dtype, the form its figures are read in (model.py), what it means.
docs/data-dictionary.md is made from this file, and the views and the workbook read the forms.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pmcli.tables.model import FORMS, KEY, Column, Table

YEARS: Final = (1800, 2200)
"""The years in which a period can end; an option that names a month takes no other either."""


def _columns(text: str) -> dict[str, Column]:
    """The columns that lines of name, dtype, form and meaning describe; a line set in further goes on."""
    columns: dict[str, Column] = {}
    for line in text.strip("\n").splitlines():
        if line.startswith(" " * 12):
            name, before = columns.popitem()
            columns[name] = Column(before.dtype, before.form, f"{before.meaning} {line.strip()}")
        elif line.strip():
            name, dtype, form, meaning = line.split(maxsplit=3)
            if form not in FORMS:
                raise ValueError(f"{name}: there is no form {form!r}")
            columns[name] = Column(dtype, form, meaning)
    return columns


def _table(name: str, made_by: str, key: Sequence[str], own: str, about: Sequence[str] = ()) -> Table:
    return Table(name, made_by, _KEY_COLUMNS | _columns(own), tuple(key), tuple(about))


_KEY_COLUMNS: Final = _columns(
    """
    source      String   text        The source layout it came from: `home-office`, `street`, `ons`, or the name that a
                                     mapping gives.
    measure     String   text        What is counted, by catalogue id: `burglary`, `violence-with-injury`; `pm
                                     measures` lists them.
    area        String   text        Force id (`essex`) or `force/district` (`essex/basildon`); `pm forces` lists the
                                     forces.
    dimension   String   text        `all`, or what the measure is broken down by: `weapon`, `offence`, `sex`.
    category    String   text        `all`, or the value within that dimension.
    period_end  Date     month       Last day of the period.
    months      Int8     count       Length of the period in months: 1, 3, 6, 12.
    """
)

OBSERVATIONS: Final = _table(
    "observations",
    "pm load",
    KEY,
    """
    value      Float64  figure      The count; for a share the numerator; for a mean the sum. Null: not known, which is
                                    never 0.
    base       Float64  count       Null for a count; the denominator of a share or mean (respondents, calls, victims).
    effective  Float64  count       Effective sample size behind `base` where weights make it smaller; null: `base`
                                    itself; 0 beside a base of 1: the base is not known, and the row is never added to
                                    another.
    """,
)

COMPARISON: Final = _table(
    "comparison",
    "pm compare",
    (*KEY, "against"),
    """
    statistic      String   text        `count`, `share` or `mean`.
    value          Float64  figure      The window's count, or its share or mean (numerator over base).
    base           Float64  count       The window's base; null for a count.
    against        String   text        What it is compared with: `baseline`, `previous-year`, `five-years`, the
                                        average of `national` or `peers`, or the `target` of the measure.
    against_end    Date     month       Last day of the window it is compared with.
    against_value  Float64  figure      That window's count, share or mean, null when it is not whole; or the average
                                        over forces.
    against_base   Float64  count       That window's base; null for a count. Or the bases behind the average, added up.
    difference     Float64  difference  `value` less `against_value`.
    change         Float64  percent     `difference` as a fraction of `against_value`; null when that is zero or below.
    p_value        Float64  p           Two-sided: for counts with the dispersion of the measure, z test for shares,
                                        null for means.
    least          Float64  figure      The smallest change that the test would have told from chance: of a count a
                                        fraction (0.15 is 15 %), of a share a difference.
    grade          String   text        What the test says: `within chance` (p of 0.05 or more), `changed`, `unusual`
                                        (also beyond what the measure moves from year to year), or `in line with`
                                        (beyond chance, but less than matters); null without a test.
    breaks         String   text        Ids of the recording changes between the two windows, joined by `;` (`pm events`
                                        explains them).
    conventions    String   text        The test and its dispersion; or how an average over forces was taken and over
                                        how many, in words.
    low            Float64  figure      Lower end of the 95 % interval of what lies behind `value`: Byar's for a count,
                                        Wilson's for a share; null for a mean.
    high           Float64  figure      Upper end of it.
    """,
    about=("baseline", "previous-year", "five-years", "national", "peers", "target"),
)

RANK: Final = _table(
    "rank",
    "pm rank",
    (*KEY, "scope"),
    """
    value            Float64  count  The window's count.
    population       Float64  count  The population (or households) it is divided by; `per` says which.
    per              String   text   What the rate is per: `1000 population`, `million population`, `1000 households`.
    rate             Float64  rate   `value` over `population`, times what it is per.
    scope            String   text   `national`, or `peers` for the force's own Most Similar Group.
    rank             UInt32   count  Place within the scope, 1 for the highest rate; ties share the better place.
    of               UInt32   count  How many forces of the scope have a rate.
    mean             Float64  rate   Average over the scope; null when fewer than half of its forces have a rate.
    sd               Float64  rate   Standard deviation of the forces' rates over the scope; null likewise.
    population_year  Int32    year   Year of the mid-year estimate that was used.
    conventions      String   text   How the average and the SD were taken, in words.
    low              Float64  rate   Lower end of the 95 % interval of the rate (Byar's, of the count).
    high             Float64  rate   Upper end of it.
    """,
    about=("rank-national", "rank-peers"),
)

OUTLIERS: Final = _table(
    "outliers",
    "pm outliers",
    (*KEY, "group", "criterion"),
    """
    group            String   text        The area whose rule it is: `homicide`, `serious-violence`, `neighbourhood-
                                          crime` or your own.
    criterion        String   text        Which criterion of the rule: `above-baseline`, `rate-v-peers`; docs/methods.md
                                          states them.
    value            Float64  figure      The force's own figure: a count, a rate, or a change as a fraction.
    comparator       Float64  figure      What it is held against: the earlier window's count, or the average of the
                                          scope.
    difference       Float64  difference  `value` less `comparator`.
    sd               Float64  figure      Standard deviation over the scope; null for a comparison of counts.
    flag             Boolean  truth       Whether the criterion is met; null when it cannot be tested, and `reason` says
                                          why.
    flags            UInt32   count       How many criteria of the measure are met.
    testable         UInt32   count       How many could be tested.
    needed           UInt32   count       How many make an outlier.
    verdict          String   text        `outlier`, `not an outlier`, or `undetermined` when what is missing could
                                          change it.
    against_end      Date     month       Last day of the earlier window; null where the comparison is with other
                                          forces.
    population       Float64  count       The population behind the rate; null for a rule without one.
    population_year  Int32    year        Year of the mid-year estimate that was used.
    conventions      String   text        How the average and the SD were taken and over how many forces, in words.
    reason           String   text        Why `flag` is null; else empty.
    margin           Float64  signed      Offences until the flag turns: how many more would raise it, or (below zero)
                                          how many fewer would lower it; null where no number would.
    chance           Float64  share       How often a force of this size would have the flag if nothing had changed and
                                          forces did not differ (simulated); null for a project's own rule.
    verdict_chance   Float64  share       How often it would be an outlier then, by the criteria that could be tested.
    """,
    about=("verdict",),
)

TREND: Final = _table(
    "trend",
    "pm trend",
    KEY,
    """
    first             Date     month     Last day of the first period of the line.
    last              Date     month     Last day of the last period of the line.
    periods           UInt32   count     How many of its periods have a figure.
    frequency         Int8     count     Periods to a year: 12 for months, 4 for quarters.
    slope             Float64  figure    Change per year in units of a period's value, where the method gives one.
    change_per_year   Float64  percent   Change per year along the line, as a fraction.
    p_value           Float64  p         Of the 12 months now against the earlier ones (of the line, with `--method
                                         line`); null when it was not made.
    trend             String   text      The long-term trend: `increasing`, `decreasing` or `no clear change`; null when
                                         it cannot be tested.
    direction         String   text      The direction of travel, told from the last 6 months: the same words; null when
                                         it cannot be tested.
    since             Date     month     Last day of the first period of the last segment of the series; null without a
                                         turn, or when that segment goes another way.
    method            String   text      The long-term test that was used.
    low               Float64  percent   Lower end of the 95 % interval of `change_per_year`.
    high              Float64  percent   Upper end of it.
    direction_change  Float64  percent   Change per year within the latest segment, as a fraction.
    direction_low     Float64  percent   Lower end of its 95 % interval.
    direction_high    Float64  percent   Upper end of it.
    total             Float64  figure    The 12-month total.
    baseline_end      Date     month     Last day of the baseline window.
    baseline          Float64  figure    The 12-month total at the baseline.
    baseline_change   Float64  percent   Change since the baseline as a fraction of it.
    baseline_p        Float64  p         Two-sided p-value of that change, as in the comparison table.
    previous          Float64  figure    The 12-month total a year before.
    previous_change   Float64  percent   Change since then as a fraction of it.
    previous_p        Float64  p         Two-sided p-value of that change.
    signal            String   text      What the last control-chart signal of the 12 months means, as in the spc table;
                                         null for none.
    signal_rule       String   text      The special-cause rule that it met.
    signal_end        Date     month     Last day of the period in which it was met.
    breaks            String   text      Ids of the recording changes since the baseline window began, joined by `;`.
    sparkline         String   text      The latest 12-month totals as a line of blocks.
    sparkline_from    Date     month     Last day of the first total in it.
    years             Int8     count     How many years before the earlier 12 months end that the long-term trend is
                                         taken from.
    past_end          Date     month     Last day of those 12 months.
    past              Float64  figure    Their total, share or mean.
    past_change       Float64  percent   Change since then as a fraction of it.
    least             Float64  figure    The smallest long-term change that the test would have told, as in the
                                         comparison table.
    half              Float64  figure    The last 6 months, which the direction of travel is told from.
    half_previous     Float64  figure    The same 6 months a year before.
    half_p            Float64  p         Two-sided p-value of the two.
    baseline_least    Float64  figure    The smallest change since the baseline that the test would have told, as in the
                                         comparison table.
    baseline_grade    String   text      What that test says.
    previous_least    Float64  figure    The same of the change since a year before.
    previous_grade    String   text      What that test says.
    news              String   text      Whether the latest period is outside the 95 % interval of its own forecast:
                                         `above`, `below` or `as expected`; null where none can be made.
    expected          Float64  expected  The 12-month total that was expected a period before.
    expected_low      Float64  expected  Lower end of the 95 % interval of that forecast.
    expected_high     Float64  expected  Upper end of it.
    after             String   text      Id of the last declared recording change, where two years of figures lie after
                                         it; else null.
    after_end         Date     month     Last day of the first 12 months after it.
    after_value       Float64  figure    The count of those 12 months.
    after_p           Float64  p         Two-sided, of the 12 months now against them.
    after_low         Float64  percent   Lower end of the 90 % interval of the change between them, as a fraction.
    after_high        Float64  percent   Upper end of it.
    """,
    about=("baseline", "previous-year", "long-term", "since-change", "direction", "news", "signal"),
)

SPC: Final = _table(
    "spc",
    "pm spc",
    KEY,
    """
    value         Float64  figure  The period's count, share or mean.
    centre        Float64  figure  What the reference leads one to expect of the period, its season included; null where
                                   there are no limits.
    lower         Float64  figure  Lower limit of routine variation.
    upper         Float64  figure  Upper limit of routine variation.
    moving_range  Float64  figure  Absolute difference from the period before it.
    rule          String   text    The special-cause rule that marks the period; null for none.
    phase         Int32    count   Which run of limits it belongs to, from 1; a new one begins with the reference and at
                                   a declared change in recording.
    signal        String   text    What the rule means: `improvement`, `deterioration`, or `change` where neither way is
                                   better; null for a rule that marks only.
    reference     Boolean  truth   Whether the limits come from this period too.
    proposed      Boolean  truth   Whether it belongs to a run at the end of the chart after which new limits may be
                                   due.
    method        String   text    Where the limits come from, whether the season was taken out and which rules signal,
                                   in words.
    """,
    about=("signal",),
)

BREAKDOWN: Final = _table(
    "breakdown",
    "pm breakdown",
    (*KEY, "total"),
    """
    value          Float64  count    The window's count of the category; of the whole in the row with the total.
    against_end    Date     month    Last day of the window it is compared with.
    against_value  Float64  count    That window's count.
    difference     Float64  signed   `value` less `against_value`.
    change         Float64  percent  `difference` as a fraction of `against_value`; null when that is zero or below.
    share          Float64  share    The category's part of the total, as a fraction.
    total          Boolean  truth    Whether the row is the grand total, which is the sum of the others.
    p_value        Float64  p        Two-sided, of the category's two counts on its own, with the dispersion of its
                                     measure.
    least          Float64  share    The smallest rise that the test would have told from chance, as a fraction.
    grade          String   text     `within chance`, `changed` or `unusual`, as in the comparison table; null without a
                                     test.
    """,
    about=("total", "largest", "change"),
)

WAVES: Final = _table(
    "waves",
    "pm waves",
    (*KEY, "kind"),
    """
    kind           String   text    `group`: a share of an area or group; `gap`: the difference between two groups.
    value          Float64  share   The share (weighted positive answers over base) as a fraction; for a gap, first
                                    share less second.
    base           Float64  count   Weighted respondents; null for a gap.
    effective      Float64  count   Effective sample size behind `base`; null: `base` itself.
    against_end    Date     month   Last day of the wave before; null for the first.
    against_value  Float64  share   The share (or gap) in that wave.
    against_base   Float64  count   The base in that wave; null for a gap.
    difference     Float64  points  `value` less `against_value`: 0.05 is 5 percentage points.
    p_value        Float64  p       Of the change, two-sided z test; null when either wave is missing or too small.
    p_adjusted     Float64  p       The same, adjusted for the number of changes tested at once (`--adjust holm`).
    significant    Boolean  truth   Whether `p_adjusted` is below `--level`; null when the change cannot be tested.
    too_small      Boolean  truth   Whether the effective sample size is below 30: shown, and not tested.
    gap_p          Float64  p       For a gap: two-sided p-value that there is none; null for a group.
    low            Float64  share   Lower end of the 95 % interval of `value`: Wilson's, or Newcombe's for a gap.
    high           Float64  share   Upper end of it.
    year_end       Date     month   Last day of the wave a year before, of waves shorter than a year; null without one.
    year_value     Float64  share   The share (or gap) in that wave.
    year_p         Float64  p       Of the change since that wave, two-sided; null when it cannot be tested.
    """,
    about=("level", "lowest", "highest", "groups", "change", "gap"),
)

FUNNEL: Final = _table(
    "funnel",
    "pm rank --funnel",
    KEY,
    """
    value             Float64  count     The force's count.
    population        Float64  count     The population (or households) behind it.
    expected          Float64  expected  The count that its population would give at the national rate.
    ratio             Float64  ratio     `value` over `expected`.
    lower_95          Float64  ratio     Lower 95 % limit of the ratio.
    upper_95          Float64  ratio     Upper 95 % limit of the ratio.
    lower_998         Float64  ratio     Lower 99.8 % limit of the ratio.
    upper_998         Float64  ratio     Upper 99.8 % limit of the ratio.
    position          String   text      `above 99.8%`, `above 95%`, `within`, `below 95%` or `below 99.8%`; null when
                                         not placed.
    dispersion        Float64  ratio     How widely the national forces vary, as a multiple of chance (phi): 1 or less
                                         is chance alone.
    of                UInt32   count     How many forces the national rate is over.
    population_year   Int32    year      Year of the mid-year estimate that was used.
    method            String   text      How the limits were made, in words.
    correlation       Float64  ratio     Pearson's r of counts with population over those forces; null for fewer than
                                         three.
    p_value           Float64  p         Exact two-sided Poisson p-value of the count given what is expected, whatever
                                         the limits.
    correlation_rest  Float64  ratio     The same correlation without the largest force, which can make it alone.
    """,
    about=("position", "correlation"),
)

SENSITIVITY: Final = _table(
    "sensitivity",
    "pm outliers --sensitivity",
    (*KEY, "group", "convention"),
    """
    group       String  text   The priority area whose rule it is.
    convention  String  text   The convention that is turned: `average`, `SD`, `own force`, `City of London`,
                               `population`, `baseline`, `rounding`; `as asked` for none, `all` for every combination.
    setting     String  text   What it is turned to, in words.
    flags       UInt32  count  How many criteria are met so.
    verdict     String  text   The verdict so; for `all` the verdict as asked.
    turned      String  text   The criteria whose flag differs from as asked, joined by `;`.
    holds       UInt32  count  In how many combinations the verdict is the same; only for `all`.
    of          UInt32  count  Of how many; only for `all`.
    """,
    about=("conventions",),
)

AHEAD: Final = _table(
    "ahead",
    "pm ahead",
    (*KEY, "horizon", "against"),
    """
    horizon        Int8     count     How many months after the latest figure the 12 months foreseen end.
    value          Float64  expected  The total expected of the 12 months to `period_end`.
    low_80         Float64  expected  Lower end of its 80 % interval.
    high_80        Float64  expected  Upper end of it.
    low_95         Float64  expected  Lower end of its 95 % interval.
    high_95        Float64  expected  Upper end of it.
    against        String   text      Whose verdict it is: `baseline`, `previous-year` (as `pm compare` has them) or
                                      `outliers`.
    verdict        String   text      The verdict now: `higher`, `lower`, `no clear change`, or that of `pm outliers`;
                                      null when it cannot be told.
    flip           Float64  share     The probability that it is another verdict by then.
    total          Float64  count     The 12-month total now.
    against_end    Date     month     Last day of the window that the total to come is compared with; null for
                                      `outliers`.
    against_value  Float64  count     That window's count.
    method         String   text      How the total is foreseen, in words.
    """,
    about=("total", "turn"),
)

CHECK: Final = _table(
    "check",
    "pm check",
    (*KEY, "finding"),
    """
    finding   String   text        `missing`, `not known`, `force missing`, `doubled`, `negative`, `low`, `high` or
                                         `stray`.
    value     Float64  count       The figure in question; null when there is none.
    expected  Float64  count       Median of the series for `low` and `high`; the number of rows for `doubled`.
    detail    String   text        The finding in words.
    """,
)

SENTENCES: Final = _table(
    "sentences",
    "pm say",
    (*KEY, "table", "about"),
    """
    table        String   text        The result table whose row the sentence rests on: `comparison`, `trend`, `rank`
                                      and so on.
    about        String   text        Which statement of that row it is: `baseline`, `long-term`, `rank-national`,
                                      `verdict` (`verdict-` and the group where several rules judge a measure), a
                                      criterion.
    against_end  Date     month       Last day of the window it is compared with; null where there is none.
    value        Float64  figure      The row's figure: a count, share, mean, rate or gap; for a verdict the criteria
                                      that are met.
    comparator   Float64  figure      What it is held against: an earlier figure, an average, what is expected, the
                                      flags needed.
    difference   Float64  difference  `value` less `comparator`.
    change       Float64  percent     The change as a fraction; for a trend the change a year.
    p_value      Float64  p           The p-value that the verb follows; null where nothing was tested.
    finding      String   text        What it finds, in a word: `improvement`, `deterioration`, `no clear change`,
                                      `stable`, `outlier`, `not tested`, `not available` and their like.
    caveat       String   text        What to be careful about, in sentences: recording changes, mass events, small
                                      samples; else null.
    sentence     String   text        The statement, as the text for people has it.
    """,
)

AUDIT: Final = Table(
    "audit",
    "pm audit",
    _columns(
        """
    number       Int32   count       Which claim of the document, from 1; it has a row for each check made of it.
    place        String  text        Where it stands: `line 463`, `page 12, line 4`, `sheet Burglary, B7`; several are
                                     joined by `;`, ranges are `line 285-300`.
    quote        String  text        The words or the row as printed.
    kind         String  text        What is claimed: `comparison`, `percentage`, `share`, `rank`, `flag`, `total`,
                                     `period` and others.
    claim        String  text        How pm read it: each figure with its role, the direction of the words, windows.
    measure      String  text        The measure it is about, by catalogue id; empty where that is not known.
    area         String  text        The area it names; empty for the document's own.
    check        String  text        Which check: `difference`, `percentage`, `percentage-points`, `total`, `share`,
                                     `same-figure`, `text-v-table`, `window`, `flag-volume`, `flag-count`, `verdict`,
                                     `rank`, `period`, `against-data` and others.
    result       String  text        `consistent`, `contradicts` or `cannot be checked`.
    severity     String  text        Of a contradiction: `arithmetic error`, `mislabelled period`, `wording against
                                     numbers`, `missing basis`.
    certainty    String  text        Of a contradiction: `figures alone`, `same series`, `see the original`, or with
                                     --words `reading of words`.
    other_place  String  text        Where the other side of it stands; empty when the claim contradicts itself.
    other_quote  String  text        The words or the row there; several joined by ` | `.
    working      String  text        The arithmetic, with the intervals that rounding leaves.
    sentence     String  text        The contradiction in words.
    remedy       String  text        What would make it true; for what cannot be checked, what would have to be
                                     printed.
    """
    ),
    ("number", "check", "result", "other_place"),
)

WORKING: Final = _table(
    "working",
    "pm why",
    ("step",),
    """
    step      Int32    count   Its place in the working, from 1.
    part      String   text    What kind of step it is: `figure`, `stated` (a column of the row asked about), `period`,
                               `row`, `test`, `criterion`, `population`, `peer`, `recording change`, `mass event`,
                               `file` or `caution`.
    window    String   text    Which window it belongs to: `this window`, or what it is compared with, as in the
                               comparison table; a criterion's id; empty for none.
    label     String   text    What its value is: `a`, `phi`, `row`, a force by its label; of a `stated` step a column.
    value     Float64  figure  The number; of a share or mean in a period or row the numerator. Null for none.
    base      Float64  count   The denominator of a share or mean; the population of a force's rate.
    form      String   text    How `value` is read, one of the forms above; empty without a value.
    file      String   text    The file it stands in, by the name that the history has; a member of an archive after
                               `!`.
    sheet     String   text    The sheet of a workbook.
    row       Int64    count   The row of the file as a spreadsheet counts it, titles and header included.
    column    String   text    The heading that the value of a row stands under, in a table with several side by side.
    record    String   text    The crime number or Crime ID of a row, where it has one.
    sha256    String   text    Of a file, as the history has it.
    sentence  String   text    The step in words.
    """,
)

EDITION: Final = _table(
    "edition",
    "pm pack",
    (*KEY, "statement"),
    """
    statement      String   text        Which statement or figure it is, by an id that stays from edition to edition:
                                        measure and what is said, `burglary/previous-year`, `robbery/verdict`;
                                        `burglary/period` is a figure of the source behind them.
    page           String   text        The page of the pack it stands on.
    form           String   text        What its figures are, as the forms of this dictionary are called: `count`,
                                        `share`, `rate`, `points`.
    value          Float64  figure      The figure: a count, a share or mean, a rate or gap; for a verdict the criteria
                                        that are met; of a period its count, or the numerator.
    base           Float64  count       What a share or mean is of; null for a count.
    against        String   text        What it is held against: `baseline`, `previous-year`, `national`, `peers`, a
                                        criterion; null for a period.
    against_end    Date     month       Last day of the window it is held against; null where there is none.
    against_value  Float64  figure      The figure it is held against.
    difference     Float64  difference  `value` less `against_value`.
    p_value        Float64  p           The p-value that the verb follows; null where nothing was tested.
    verdict        String   text        What it finds, in a word, as `finding` of the sentences table has it:
                                        `improvement`, `no clear change`, `outlier`; null for a period.
    breaks         String   text        Ids of the recording changes that the comparison lies across, joined by `;`.
    conventions    String   text        The test, or how an average was taken, in words.
    sentence       String   text        The statement as the pack words it; null for a period.
    """,
)

CHANGES: Final = _table(
    "changes",
    "pm diff",
    (*KEY, "item", "column"),
    """
    table       String   text    The kind of table that was compared: `observations`, `comparison`, `edition` and so on.
    item        String   text    Which row of that series and period it is, by the rest of its key: `baseline`, `peers`,
                                 a criterion, a statement; empty where the series and period say it all.
    column      String   text    The column whose cell changed, by its name in that table; of a new row or one that is
                                 gone every filled cell is one. `finding` where the rows say something else now.
    what        String   text    `new period` (in the newer only, or of a later window), `revised` (both have the
                                 period, and the cell is another), `gone` (in the older only), `verdict` (an outlier
                                 verdict that turned), `finding` (another finding, such as no longer an improvement).
    was         String   text    The cell of the older table, in full; null where it had none.
    is          String   text    The cell of the newer table, in full; null where it has none.
    difference  Float64  signed  `is` less `was`, where both are numbers.
    seen        Date     month   The last month that the older table has of the series: where `was` was first seen.
    because     String   text    Why, as far as the two tables and their histories tell, joined by `;`: `new-months`,
                                 `revision`, the id of a recording change between the two windows, `baseline`,
                                 `source`, `peers`, `population`, `measures`, `rules`, `events`, `forces`, `mapping`,
                                 `version`, `convention`, and `settings` (pm.toml) where nothing else. Only what the
                                 cell can rest on: no population for a count, no peers for the force's own figure.
    sentence    String   text    The change in words.
    """,
    about=("verdict", "finding", "revised", "new period", "gone"),
)

TABLES: Final = (
    OBSERVATIONS, COMPARISON, RANK, OUTLIERS, TREND, SPC, BREAKDOWN, WAVES, FUNNEL, SENSITIVITY, AHEAD, CHECK,
    SENTENCES, AUDIT, EDITION, CHANGES, WORKING,
)  # fmt: skip
