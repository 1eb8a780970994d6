"""The shipped measures are taken at their word, because every command would wait for the checking reader: what that
reader makes of the same file, key by key, is what the quick one makes.
"""

from __future__ import annotations

from pmcli import catalogue


def test_the_shipped_measures_read_at_their_word_are_those_of_the_checking_reader() -> None:
    groups, measures = catalogue._base_measures()
    told, checked = catalogue._parse_measures(catalogue.HERE / "measures.toml", {})
    assert groups == dict(told)
    assert list(measures) == list(checked)
    for name, measure in measures.items():
        assert measure == checked[name], name
        for field, (quick, slow) in zip(measure._fields, zip(measure, checked[name], strict=True), strict=True):
            assert type(quick) is type(slow), (name, field)
