"""Sentences in many house styles around one true change, none of them from any document the grammar was written on.

{b} the earlier level, {c} the later, {d} the difference, {p} the percentage; {up} and {Up} are filled with the words
of a rise or a fall.
"""

from __future__ import annotations

CHANGES: tuple[str, ...] = (
    "Recorded burglary {rose} by {p}%, from {b} offences to {c}.",
    "There were {c} burglaries in the period, {p}% {more} than the {b} a year earlier.",
    "Burglary offences {rose} from {b} to {c}, {a_rise} of {d} ({p}%).",
    "The force recorded {c} burglary offences compared with {b} previously - {a_rise} of {p} per cent.",
    "Burglary {rose} to {c} offences, {up} from {b} ({p}% {more}).",
    "Burglary is {up} {p} per cent: {c} crimes against {b} last year.",
    "{d} {more} burglaries were recorded, {a_rise} of {p}% (from {b} to {c}).",
    "Compared to last year's {b}, the number of burglaries has {risen} by {d} to {c} ({p}%).",
    "Burglary: {c} v {b} ({sign}{p}%)",
    "Burglary: {c} ({sign}{d}, {sign}{p}%) against {b} in the previous year",
    "We saw {d} {more} burglary offences this year ({b} to {c}), which equates to {a_rise} of {p}%.",
    "At {c}, burglary was {p}% {higher} than the {b} offences of the year before.",
    "The {p}% {rise} in burglary (from {b} to {c} offences) is in line with the plan.",
    "In total, {c} burglary crimes were reported, representing {a_rise} of {d} or {p}% on the previous year ({b}).",
    "Burglary {arrow} {p}% ({b} → {c})",
    "Burglary offences have {risen} by {p}% or {d} offences to {c}.",
    "Police logged {c} burglaries, {d} {more} than in the year before: {a_rise} of {p}%.",
    "Burglary volumes {rose} by {d} offences ({sign}{p}%) to {c}.",
    "A {rise} of {d} offences ({p}%) brought the burglary total to {c}.",
    "The number of burglaries {rose} by {p}% ({d} {more} offences, {b} to {c}).",
)
"""Each prints at least three of base, current, difference and percentage, so that a wrong one shows."""

LEVELS_LEFT_OUT: tuple[str, ...] = (
    "Burglary {rose} by {p}% ({d} offences).",
    "{d} {more} burglary offences were recorded, {a_rise} of {p}%.",
    "Burglary was {p}% {higher} than last year.",
)
"""Nothing here can be checked: no finding may come of any value."""

SHARES: tuple[str, ...] = (
    "Of the {m} victims surveyed, {n} ({p}%) were satisfied.",
    "{p}% ({n}) of {m} respondents said that they felt safe.",
    "{n} of the {m} offences ({p}%) led to a charge.",
    "{n} out of {m} calls ({p}%) were answered in time.",
    "Some {p} per cent of cases ({n} of {m}) were closed.",
    "There were {m} arrests, of which {n} ({p}%) were of women.",
)

POINTS: tuple[str, ...] = (
    "Satisfaction {rose} from {b}% to {c}%, {a_rise} of {d} percentage points.",
    "The charge rate stood at {c}%, {up} {d} percentage points from {b}%.",
    "Confidence {rose} by {d} percentage points to {c}% (from {b}%).",
    "{c}% of callers were content, compared with {b}% last year, {a_rise} of {d} percentage points.",
    "The detection rate {rose} to {c}% from {b}% ({sign}{d} ppts).",
)

RISE = {
    "rose": "rose",
    "risen": "risen",
    "more": "more",
    "higher": "higher",
    "a_rise": "an increase",
    "rise": "rise",
    "up": "up",
    "sign": "+",
    "arrow": "▲",
}
FALL = {
    "rose": "fell",
    "risen": "fallen",
    "more": "fewer",
    "higher": "lower",
    "a_rise": "a reduction",
    "rise": "fall",
    "up": "down",
    "sign": "-",
    "arrow": "▼",
}
