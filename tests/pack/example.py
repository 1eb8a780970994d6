"""A pack made by hand that uses every feature: what the page, the workbook and the Markdown are tested on.

Every figure is invented. It holds each kind of statement, chart, table row and gap that a pack can hold: a measure
without data, a measure with data but no page, many and few source files, and texts that need escaping.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace
from datetime import date

import polars as pl

from pmcli.drawing.chart import Chart, Mark, Series
from pmcli.drawing.control import Control
from pmcli.drawing.funnel import Funnel
from pmcli.drawing.rates import Rates
from pmcli.drawing.rolling import Rolling
from pmcli.drawing.scatter import Scatter
from pmcli.drawing.waves import Waves
from pmcli.pack.model import (
    Comment,
    Exhibit,
    Front,
    Logo,
    Missing,
    Origin,
    Pack,
    Page,
    Paragraph,
    Picture,
    Position,
    Publication,
    Run,
    Section,
    SourceFile,
    Standing,
    Statement,
)  # fmt: skip
from pmcli.periods import shift
from pmcli.views.blocks import Block
from pmcli.views.language.forms import Figure

TO = date(2023, 9, 30)
BASELINE = date(2019, 12, 31)
WINDOW = "12 months to September 2023 v. 12 months to December 2019"
RATES = {"Kent": 4.1, "Essex": 4.89, "Avon & Somerset": 5.6, "Devon <& Cornwall>": 2.4, "Norfolk": 2.9, "Suffolk": 3.3}
PIXEL = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=")
DISTRICTS = ["Basildon", "Castle Point", "Chelmsford"]


def example_pack() -> Pack:
    """The example, new each time: whoever changes it changes only their own."""
    return Pack(
        title="National Police and Crime Measures: Essex, to September 2023",
        force="essex",
        label="Essex",
        to=TO,
        baseline=BASELINE,
        front=Front(
            verdicts=[
                Statement("Essex is not an outlier for burglary.", "verdict", _origin("outliers", rule="2 of 3"))
            ],
            counted=Statement("Of 2 measures, 1 is better and 1 is worse.", "", _origin("home-office"), "count"),
            findings=[
                Statement("42% fewer Burglary offences (-3,193).", "good", _origin("home-office")),
                Statement("11% more Vehicle offences (+1,454).", "bad", _origin("home-office")),
            ],
            cautions=[
                Statement("Burglary recording changed in April 2023: take care.", "caveat", _origin("home-office"))
            ],
            absent=Statement("One measure of three has no data.", "quiet"),
        ),
        overview_title="Performance overview – " + WINDOW,
        overview=[
            Position("Reduce neighbourhood crime", "Burglary, robbery, theft", "Burglary offences",
                     "Fewer v. 12 months to December 2019; decreasing long-term trend", "good", "burglary"),
            Position("Reduce neighbourhood crime", "Burglary, robbery, theft", "Vehicle offences",
                     "More v. last year, fewer v. 12 months to December 2019", "mixed"),
            Position("Reduce neighbourhood crime", "Theft from the person", "Theft from the person",
                     "More v. 12 months to December 2019", "bad"),
            Position("Improve satisfaction among victims", "Victim satisfaction", "Satisfaction (survey, proxy)",
                     "No clear change", "", "satisfaction"),
            Position("Tackle cyber crime", "Breaches of businesses", "Breaches or attacks recorded",
                     "Not available: no source in use holds it", "missing", "cyber-breach"),
        ],
        summary=[
            Standing("burglary", "Reduce neighbourhood crime", "Burglary", "4,400", "▼ 42% fewer, better",
                     "● no clear change", "▼ falling, better", "914 more", [7593.0, None, 5000.0, 4400.0], "good"),
            Standing("vehicle", "Reduce neighbourhood crime", "Vehicle offences", "14,080", "▲ 11% more, worse",
                     "", "", "OUTLIER: 30 fewer", [1.0], "bad", "to June 2023"),
        ],
        comments=[Comment("A. <Analyst>", [Paragraph((Run("In all: "), Run("steady", strong=True)), "")])],
        absent=[Missing("Businesses attacked", "no extract holds it.")],
        footnotes=["p: two-sided. It is not the size of a change."],
        publication=Publication("Essex Police", "performance@example.org", date(2023, 10, 12), "OFFICIAL <test>",
                                "The group is invented.", Logo("image/png", PIXEL, "The crest of <the> force")),
        sections=[
            Section("neighbourhood-crime", "Reduce neighbourhood crime", [_burglary(), _outliers()]),
            Section("victim-satisfaction", "Improve satisfaction among victims", [_satisfaction()]),
            Section("cyber-crime", "Tackle cyber crime", [_cyber()]),
        ],
        appendix=[Exhibit(_sources_table(), Origin(facts={"Made from": "the catalogue of measures"}))],
        conventions=["Averages are simple means of force rates.", "SD is the sample standard deviation."],
        files=[
            _file("home-office", "prc-pfa-2012-13-to-2023-24.csv.gz", 4_321_987, 277_520),
            _file("outliers", "iquanta-monthly.csv", 65_432, 8_211),
            SourceFile("survey", "smsr.csv", 1_234, hashlib.sha256(b"smsr").hexdigest(), "size and sampled blocks"),
            *[_file("street", f"2023-{n // 40 + 1:02}/street-{n:03}.csv", 1_000 + n, 150 + n) for n in range(120)],
        ],
        commands=["pm load home-office.csv.gz", 'pm pack --force essex --to 2023-09 -o "my pack/"'],
        notes=["burglary: no figures for 1 month of 2020 in source street: windows that hold it are not known"],
        tables={
            "observations": pl.DataFrame(
                {"measure": ["burglary", "=1+1"], "area": ["essex", "essex"], "period_end": [BASELINE, TO],
                 "months": [12, 12], "value": [7593.0, None]},
                schema_overrides={"months": pl.Int8},
            ),
        },
    )  # fmt: skip


def _file(source: str, name: str, size: int, rows: int) -> SourceFile:
    return SourceFile(source, name, size, hashlib.sha256(name.encode()).hexdigest(), rows=rows)


def _origin(*sources: str, **more: str) -> Origin:
    facts = {"Window": WINDOW, "Test": "exact, two-sided, p < 0.001"}
    return Origin(sources, facts | {name.capitalize(): text for name, text in more.items()})


def _burglary() -> Page:
    table = Block(
        "Burglary in its Most Similar Group: rate per 1,000 population",
        {"Rank": "right", "Force": "left", "Count": "right", "Rate": "right", "Mean": "right", "SD": "right"},
    )
    for place, (force, rate) in enumerate(sorted(RATES.items(), key=lambda pair: -pair[1]), start=1):
        kind = "mine" if force == "Essex" else ""
        figures = [Figure(round(rate * 1800)), *(Figure(value, "rate") for value in (rate, 3.92, 1.73))]
        table.add(f"{place} of {len(RATES)}", force, *figures, kind=kind)
    table.say("1 = highest rate.", "quiet")
    return Page(
        "burglary",
        "Burglary",
        about=["National metric: burglary, robbery, theft of and from a vehicle.", "Same data as used nationally."],
        statements=[
            Statement(
                f"42% fewer Burglary offences (-3,193) in the {WINDOW}.",
                "good",
                _origin("home-office", row="burglary, essex, 2023-09-30, 12 months"),
            ),
            Statement("Improving long-term trend.", "good", _origin("home-office")),
            Statement("3% more than last year (+112).", "bad", _origin("home-office", "street")),
            Statement("The counting rules changed in April 2023 <b>&amp; again</b>.", "caveat", _origin("street")),
            Statement("Not an outlier: 0 of 3 criteria met, 2 needed.", "verdict", _origin("outliers")),
            Statement("As expected: 4,400.", "", _origin("home-office"), "burglary.news", detail=True),
            Statement("Ranks are within the force's Most Similar Group.", "quiet"),
        ],
        events=[Statement("* April 2023, Counting <rules>: the categories changed.", "quiet", _origin("home-office"))],
        comments=[
            Comment(
                "A. Analyst",
                [
                    Paragraph((Run("Why it fell"),), "heading"),
                    Paragraph((Run("More "), Run("patrols", emphasis=True), Run(" <b>")), "item", 0, "•"),
                    Paragraph((Run("See "), Run("the plan", href="https://example.org/plan?a=1&b=2")), "item", 1, "1."),
                ],
                "weapon",
                date(2023, 10, 12),
                "The figures have changed since this was written.",
                "burglary",
            )
        ],
        pictures=[Picture(chart, _origin("home-office")) for chart in (_rolling(), _control(), _rates())]
        + [Picture(_funnel(), _origin("street")), Picture(_scatter(), _origin("street"), detail=True)],
        exhibits=[Exhibit(table, _origin("home-office", population="mid-2023"))],
        missing=[Missing("Rank by district", "the file gives no districts")],
    )


def _outliers() -> Page:
    columns = dict.fromkeys(["other", "own", "Difference", "SD", "Hit"], "right")
    block = Block("Essex — Burglary   (12 months to Jul 2023)", {"what": "left"} | columns, heading=False)
    block.add("", "MSG avg", "Essex", "Diff. (% pt)", "SD", "Hit", kind="head")
    block.add("12M Jul 23 v Dec 19", "-35%", "-41%", "-6%", "8%", "N")
    block.add("", "MSG avg", "Essex", "Difference", "SD", "Hit", kind="head")
    block.add("Per 1,000 population", "3.92", "4.89", "0.97", "0.73", "Y", kind="hit")
    block.add("", "National avg", "Essex", "Difference", "SD", "Hit", kind="head")
    block.add("Per 1,000 population", "–", "4.89", "–", "", "?")
    block.say("Not an outlier: 1 of 3 criteria met, 2 needed, 1 cannot be tested.", "verdict")
    block.say("? rate v. the national average: too few forces (1 of 42)", "quiet")
    closing = Block("", {})
    closing.say("Conventions: simple mean, sample SD; strictly above, on unrounded figures.", "quiet")
    return Page(
        "outliers-neighbourhood-crime",
        "Neighbourhood crime: outlier position",
        about=["Outliers have at least 2 flags of 3."],
        annex=True,
        statements=[Statement("No outlier among the measures of this area.", "verdict", _origin("outliers"))],
        exhibits=[Exhibit(block, _origin("outliers", rule="2 of 3")), Exhibit(closing, Origin())],
    )


def _satisfaction() -> Page:
    waves = {"": "left", "Jun 21": "right", "Jun 22": "right", "Jun 23": "right", "Change": "left", "Base": "right"}
    block = Block("Good or excellent job by district: Essex, 12 months to Jun 2023", waves)
    for name, *shares, change, base in (
        ("Basildon", 0.74, 0.73, 0.78, Figure(0.05, "points", " ↑"), Figure(1204)),
        ("Castle Point", 0.74, Figure(0.70, "whole-percent", "*"), 0.56, Figure(-0.14, "points", " ↓"), Figure(898)),
        ("Chelmsford", 0.80, None, 0.78, "", Figure(31)),
    ):
        cells = [share if isinstance(share, Figure) else Figure(share, "whole-percent") for share in shares]
        block.add(name, *cells, change, base, kind="hit" if name == "Castle Point" else "")
    block.say("↑ ↓ significant change since the wave before; * fewer than 30 answers.", "quiet")
    return Page(
        "satisfaction",
        "Victim satisfaction with the police",
        about=["A proxy: a survey of residents."],
        statements=[Statement("No clear change since the year before.", "", _origin("survey"))],
        pictures=[Picture(_waves(), _origin("survey"))],
        exhibits=[Exhibit(block, _origin("survey"))],
    )


def _cyber() -> Page:
    why = "no source in use holds it; records with the category “cyber” would give it."
    return Page("cyber-breach", "Cyber breaches of businesses", missing=[Missing("Breaches or attacks recorded", why)])


def _sources_table() -> Block:
    columns = ["Priority area", "National metrics", "Source of metric", "National measure published", "Essex measure"]
    block = Block("Measures and their sources", dict.fromkeys(columns, "left"))
    both = "National Crime & Policing Measures and Digital Crime and Performance Pack"
    block.add("Reduce neighbourhood crime", "Burglary", both, "Police recorded crime", "Burglary offences")
    block.add("Tackle cyber crime", "Breaches", "National Crime & Policing Measures only", "=1+1", "@Records")
    return block


def _chart(made: type[Chart], title: str, x: str, y: str, series: list[Series], figures: str = "count") -> Chart:
    subtitle = f"Essex: the finding of the {made.kind} chart"
    return made(title, subtitle, f"A {made.kind} chart. {subtitle}, with its figures.", x, y, series, figures=figures)


def _rolling() -> Chart:
    ends = [shift(TO, -back) for back in range(56, -1, -1)]
    totals: list[float | None] = [7593.0 - 3193.0 * (n / 56) ** 0.7 + 120.0 * ((n * 7) % 5 - 2) for n in range(57)]
    totals[20] = None
    series = [Series("12-month total", list(ends), totals)]
    series.append(Series("12 months to Dec 2019: 7,593", [ends[0], ends[-1]], [7593.0, 7593.0], "comparator"))
    made = _chart(Rolling, "Burglary, Essex: 12-month totals", "12 months to", "Offences", series)
    marks = [
        Mark(date(2020, 3, 23), "First lockdown", "other"),
        Mark(date(2023, 4, 1), "Burglary <recoded> & more"),
    ]
    return replace(made, marks=marks, note="The total to September 2020 is not whole.")


def _control() -> Chart:
    ends = [shift(TO, -back) for back in range(23, -1, -1)]
    values: list[float | None] = [400.0 - 30.0 * (n > 11) + 25.0 * ((n * 5) % 7 - 3) for n in range(24)]
    values[18] = 560.0
    centre = [400.0] * 12 + [370.0] * 12
    series = [Series("Monthly number", list(ends), values), Series("Mean", list(ends), list(centre), "comparator")]
    for name, way in (("Upper limit", 1), ("Lower limit", -1)):
        series.append(Series(name, list(ends), [middle + 120.0 * way for middle in centre], "limit"))
    series.append(Series("deterioration", [ends[18]], [560.0], "signal", ["beyond a limit"]))
    return _chart(Control, "Burglary, Essex: control chart of monthly counts", "Month", "Offences", series)


def _rates() -> Chart:
    roles = {"Essex": "mine", "Kent": "peer", "Avon & Somerset": "peer"}
    ranked = sorted(RATES.items(), key=lambda pair: -pair[1])
    series = []
    for name, role in (("Essex", "mine"), ("Most Similar Group", "peer"), ("Other forces", "other")):
        mine = [force for force, _ in ranked if roles.get(force, "other") == role]
        series.append(Series(name, mine, [RATES[force] for force in mine], role, list(mine)))
    names = [force for force, _ in ranked]
    for name, level, role in (("Average", 3.87, "comparator"), ("Average plus 1 SD", 5.0, "limit")):
        series.append(Series(name, list(names), [level] * len(names), role))
    return _chart(Rates, "Burglary by force", "Rate per 1,000 population", "", series, "mean")


def _points(name: str, role: str, force: str, x: float, y: float) -> Series:
    return Series(name, [x], [y], role, [force])


def _funnel() -> Chart:
    expected = [1_000.0, 2_000.0, 4_000.0, 8_000.0]
    series = [
        _points("Essex", "mine", "Essex", 7_000, 1.25),
        _points("Most Similar Group", "peer", "Kent", 5_000, 1.05),
    ]
    series.append(Series("Other forces", [1_500, 2_500], [0.6, 0.75], "other", ["Norfolk", "Devon <& Cornwall>"]))
    for name, z in (("95% limit, upper", 1.96), ("95% limit, lower", -1.96), ("99.8% limit, upper", 3.09)):
        series.append(Series(name, list(expected), [1 + z * 4 / at**0.5 for at in expected], "limit"))
    return _chart(Funnel, "Burglary: funnel of forces", "Expected offences", "Ratio to expected", series, "mean")


def _scatter() -> Chart:
    series = [
        _points("Essex", "mine", "Essex", 1_860_000, 17),
        _points("Most Similar Group", "peer", "Kent", 1_880_000, 14),
    ]
    series.append(Series("Other forces", [920_000, 770_000], [6, 5], "other", ["Norfolk", "Suffolk"]))
    series.append(Series("In proportion to population", [0, 2_000_000], [0, 17.2], "comparator"))
    return _chart(Scatter, "Homicide by population", "Population", "Offences", series)


def _waves() -> Chart:
    ends = [date(2021, 6, 30), date(2022, 6, 30), date(2023, 6, 30)]
    shares: list[list[float | None]] = [[0.74, 0.73, 0.78], [0.74, 0.70, 0.56], [0.80, None, 0.78]]
    series = []
    for name, share in zip(DISTRICTS, shares, strict=True):
        low, high = ([None if y is None else round(y + way, 3) for y in share] for way in (-0.04, 0.04))
        small = [name == "Castle Point" and end.year == 2022 for end in ends]
        series.append(Series(name, list(ends), share, low=low, high=high, small=small))
    return _chart(Waves, "Good or excellent job by district", "12 months to", "Share", series, "share")
