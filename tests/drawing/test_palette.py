"""The palette, computed: contrast by WCAG 2.2, and distance for colour-blind readers by Machado, Oliveira & Fernandes
(2009), IEEE Transactions on Visualization and Computer Graphics 15(6), table 1, severity 1.0.
"""

from __future__ import annotations

import itertools

import pytest

from pmcli.drawing import palette
from pmcli.drawing.palette import BARS, COMPARATOR, FORCES, LIMIT, LINES, MAIN, SIGNALS, contrast, luminance

MACHADO = {
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}


def linear(colour: str) -> list[float]:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]


def seen(colour: str, by: str | None) -> list[float]:
    """Linear RGB as a reader sees it."""
    rgb = linear(colour)
    if by is None:
        return rgb
    return [min(max(sum(a * b for a, b in zip(row, rgb, strict=True)), 0.0), 1.0) for row in MACHADO[by]]


def lab(rgb: list[float]) -> tuple[float, float, float]:
    """CIE L*a*b* (D65) of linear sRGB."""
    rows = ((0.4124564, 0.3575761, 0.1804375), (0.2126729, 0.7151522, 0.0721750), (0.0193339, 0.1191920, 0.9503041))
    white = (0.95047, 1.0, 1.08883)
    xyz = [sum(a * b for a, b in zip(row, rgb, strict=True)) / w for row, w in zip(rows, white, strict=True)]
    f = [value ** (1 / 3) if value > 216 / 24389 else (24389 / 27 * value + 16) / 116 for value in xyz]
    return 116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])


def distance(one: str, other: str, by: str | None) -> float:
    """CIE 1976 colour difference; about 2.3 is just noticeable."""
    a, b = lab(seen(one, by)), lab(seen(other, by))
    return sum((p - q) ** 2 for p, q in zip(a, b, strict=True)) ** 0.5


def test_contrast_is_wcag_s():
    assert contrast("#000000") == pytest.approx(21.0)
    assert contrast("#767676") == pytest.approx(4.54, abs=0.005)  # the lightest grey that passes 4.5:1 on white
    assert luminance("#ffffff") == 1.0


def test_the_matrices_leave_white_white():
    for by in MACHADO:
        assert seen("#ffffff", by) == pytest.approx([1, 1, 1], abs=1e-4)


DRAWN = {
    **{f"line {number}": style.colour for number, style in enumerate(LINES)},
    **{name: style.colour for name, style in (*SIGNALS.items(), *FORCES.items())},
    "main": MAIN.colour, "comparator": COMPARATOR.colour, "limit": LIMIT.colour,
    **{f"outline of {name}": outline for name, (_, outline) in BARS.items()},
}  # fmt: skip


@pytest.mark.parametrize("name", DRAWN)
def test_lines_points_and_outlines_stand_3_to_1_against_white(name):
    assert contrast(DRAWN[name]) >= 3.0


@pytest.mark.parametrize("colour", [palette.INK, palette.QUIET])
def test_text_stands_4_5_to_1_against_white(colour):
    assert contrast(colour) >= 4.5


@pytest.mark.parametrize("by", [None, *MACHADO])
@pytest.mark.parametrize(
    "together",
    [
        [style.colour for style in LINES],
        [style.colour for style in SIGNALS.values()],
        [style.colour for style in FORCES.values()],
        [fill for fill, _ in BARS.values()],
    ],
    ids=["lines", "signals", "forces", "bars"],
)
def test_colours_of_one_chart_differ_for_every_reader(together, by):
    for one, other in itertools.combinations(together, 2):
        assert distance(one, other, by) >= 12, (one, other)


def test_nothing_rests_on_colour_alone():
    for family in (LINES, tuple(SIGNALS.values()), tuple(FORCES.values())):
        assert len({(style.shape, style.fill) for style in family}) == len(family)
    assert len({style.dash for style in LINES}) == len(LINES)


def test_bars_differ_in_grey_print():
    greys = sorted(luminance(fill) for fill, _ in BARS.values())
    lightness = [116 * grey ** (1 / 3) - 16 if grey > 0.008856 else 903.3 * grey for grey in greys]
    assert all(after - before >= 15 for before, after in itertools.pairwise(lightness))
