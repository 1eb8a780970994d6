"""Text from outside is shown as symbols and cut; what is harmless stays as it is."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmcli.notes import listing
from pmcli.visible import CELL, MESSAGE, sentence, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Essex", "Essex"),
        ("\x1b[31mred\x07", "␛[31mred␇"),
        ("a\tb\nc", "a␉b␊c"),
        ("\x9b2J", "<U+009B>2J"),
        ("\u202eabc\u2066", "<U+202E>abc<U+2066>"),
        ("b\udcffd.csv", "b\\xffd.csv"),
        ("Dyfed–Powys × 2", "Dyfed–Powys × 2"),
    ],
)
def test_control_characters_and_direction_marks_are_symbols(text: str, shown: str) -> None:
    assert visible(text) == shown


@given(st.text(st.characters(), max_size=200))
def test_nothing_that_moves_a_cursor_or_turns_a_line_is_left(text: str) -> None:
    shown = visible(text)
    assert not [one for one in shown if unicodedata.category(one) in {"Cc", "Cs"} or one in "\u202e\u2066\u200f\u2028"]
    assert visible(shown) == shown
    shown.encode()


def test_a_cell_in_a_message_is_cut_and_the_message_too() -> None:
    said = sentence(f"x.csv: row 3: there is no measure {'v' * 100_000!r}, and {'b' * 5} stands")
    assert said == f"x.csv: row 3: there is no measure '{'v' * (CELL - 1)}…', and bbbbb stands"
    assert len(sentence("many words " * 1_000)) == MESSAGE
    assert sentence("it's 'fine' and 'don't' stays") == "it's 'fine' and 'don't' stays"


def test_a_list_in_a_note_shows_no_more_of_a_name_than_a_message_of_a_cell() -> None:
    assert listing(["essex", "x" * 500]) == f"essex and {'x' * (CELL - 1)}…"
