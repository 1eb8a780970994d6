"""The reader of a user's TOML: what a class lets stand in a file, and what is said of everything else."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmcli import settings, toml
from pmcli.catalogue import Catalogue
from pmcli.errors import PmError
from pmcli.sources.mapping import KINDS, read_mapping
from pmcli.toml import Place
from pmcli.toml_marks import ALONE, BESIDE, HYPHENED, Key, OneOf, Says, Spelt, Texts, Within
from tests.cli.conftest import complaint, pm


@dataclass(frozen=True)
class Part:
    name: str
    share: float = 1.0


class Whole(NamedTuple):
    id: Annotated[str, HYPHENED]
    day: Annotated[date | None, Key("date")] = None
    months: Annotated[int, Within(1, 120)] = 12
    on: bool = True
    kind: Annotated[str, OneOf(("count", "share"))] = "count"
    names: Texts = ()
    file: Path | None = None
    files: Annotated[tuple[Annotated[str, BESIDE], ...], ALONE] = ()
    part: Part | None = None
    parts: tuple[Part, ...] = ()
    by: Mapping[Annotated[str, OneOf(("sex", "age"))], str] = {}
    named: Mapping[str, Annotated[Part, Spelt(str | Part, lambda a: Part(a) if isinstance(a, str) else a)]] = {}
    word: Annotated[str | None, OneOf(("one", "two"))] = None
    odd: Annotated[float | None, Says("an odd number", "As 3.")] = None


def whole(text, folder, **given):
    path = folder / "own.toml"
    path.write_text(text, encoding="utf-8")
    return toml.read(Whole, toml.load(path), Place(path), **given)


def test_every_kind_of_value_is_read_as_its_field_has_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    found = whole(
        'id = "a-1"\ndate = 2023-04-01\nmonths = 6\non = false\nkind = "share"\nnames = "one"\nfile = "sub/x.csv"\n'
        'files = ["*.csv", "/abs/y.csv"]\npart = { name = "p", share = 1 }\n'
        '[[parts]]\nname = "q"\n[[parts]]\nname = "r"\n[by]\nsex = "Sex"\n'
        '[named]\na = "short"\nb = { name = "long" }\n',
        tmp_path,
    )
    assert found == Whole(
        "a-1", date(2023, 4, 1), 6, False, "share", ("one",), Path("sub/x.csv"), ("*.csv", "/abs/y.csv"), Part("p", 1),
        (Part("q"), Part("r")), {"sex": "Sex"}, {"a": Part("short"), "b": Part("long")},
    )  # fmt: skip


def test_paths_are_seen_from_the_folder_of_the_file(tmp_path, monkeypatch):
    (tmp_path / "below").mkdir()
    monkeypatch.chdir(tmp_path / "below")
    found = whole('id = "a"\nfile = "x.csv"\nfiles = "*.csv"\n', tmp_path)
    assert (found.file, found.files) == (Path("../x.csv"), ("../*.csv",))


def test_a_stanza_laid_over_another_changes_only_the_keys_it_has(tmp_path):
    old = Whole("a", months=6, names=("n",))
    assert whole("months = 3", tmp_path, over=old) == old._replace(months=3)
    with pytest.raises(PmError, match="there is no table or key 'id'"):
        whole('id = "b"', tmp_path, id="a")


def test_a_file_from_an_editor_that_writes_a_byte_order_mark_is_read(tmp_path):
    (tmp_path / "bom.toml").write_bytes(b'\xef\xbb\xbfid = "a"\r\n')
    assert toml.load(tmp_path / "bom.toml") == {"id": "a"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "own.toml lacks id\nIt needs id."),
        ('id = "A b"', "own.toml: id must be lower-case words joined by hyphens, not 'A b'"),
        ("id = 3", "own.toml: id must be lower-case words joined by hyphens, not 3"),
        ("monhts = 3", "own.toml: there is no table or key 'monhts'\nDid you mean months?"),
        ("zzz = 3", "own.toml: there is no table or key 'zzz'\nThere are id, date, months,"),
        ("date = '2023-04-01'", "own.toml: date must be a date, as 2023-04-01, not '2023-04-01'"),
        ("date = 2023-04-01T00:00:00", "date must be a date, as 2023-04-01, not 2023-04-01 00:00:00"),
        ("months = true", "months must be a whole number, not true"),
        ("months = 6.0", "months must be a whole number, not 6.0"),
        ("months = 121", "months must be 1 to 120, not 121"),
        ("on = 1", "on must be true or false, not 1"),
        ('kind = "shares"', "kind cannot be 'shares'\nDid you mean share?"),
        ('kind = "x"', "kind cannot be 'x'\nIt is one of count, share."),
        ("names = ['a', 1]", "names must be text, or a list of texts, not ['a', 1]"),
        ('names = "a\\u0000b"', "names must be text, or a list of texts, not"),
        ("file = 1", "file must be a path in quotes, not 1"),
        ('file = ""', "file must be a path in quotes, not ''"),
        ("part = 1", "part must be a table, not 1\nWrite [part] and its lines under it."),
        ("part = { nmae = 'x' }", "own.toml: [part] has no field 'nmae'\nDid you mean name?"),
        ("part = { share = 1 }", "own.toml: [part] lacks name\nIt needs name."),
        ("part = { name = 'x', share = nan }", "own.toml: [part] share must be a number, not nan"),
        ("part = { name = 'x', share = inf }", "own.toml: [part] share must be a number, not inf"),
        ("parts = [1]", "parts must be [[parts]] tables, not [1]"),
        ("[[parts]]\nname = 'x'\n[[parts]]\nname = 3", "own.toml: [[parts]] 2: name must be text in quotes, not 3"),
        ("[by]\nsx = 'x'", "own.toml: [by] cannot be 'sx'\nDid you mean sex?"),
        ("[by]\nsex = 3", "own.toml: [by] takes text only, and sex is 3"),
        ("[by]\nsex = { a = 1 }", "own.toml: [by] takes text only, and sex is a table"),
        ("[named]\na = 3", "own.toml: [named] a must be text in quotes or a table, not 3"),
        ('[named."a b"]\nnmae = 3', "own.toml: [named.\"a b\"] has no field 'nmae'"),
        ("word = 'too'", "word cannot be 'too'\nDid you mean two?"),
        ("odd = 'x'", "own.toml: odd must be an odd number, not 'x'\nAs 3."),
        ("months = " + "9" * 5000, "own.toml is not a TOML file"),
        ("odd = " + "[" * 20000 + "]" * 20000, "own.toml is not a TOML file that pm can read: it is nested too deeply"),
        ("a." * 3000 + "b = 1", "there is no table or key 'a'"),
        ("names." + "a." * 3000 + "b = 1", "names must be text, or a list of texts, not a table"),
        ("months = [", "own.toml is not a TOML file"),
    ],
    ids=lambda text: text[:30],
)
def test_what_a_file_may_not_say_is_refused_with_its_place(tmp_path, text, said):
    with pytest.raises(PmError) as raised:
        whole(text, tmp_path)
    assert said in str(raised.value)
    assert len(str(raised.value)) < 600 + len(str(tmp_path))


def test_a_file_that_cannot_be_read_says_which(tmp_path):
    (tmp_path / "latin.toml").write_bytes(b'title = "caf\xe9"\n')
    with pytest.raises(PmError, match=r"latin\.toml is not a TOML file: .*utf-8"):
        toml.load(tmp_path / "latin.toml")
    with pytest.raises(PmError, match=r"none\.toml: No such file"):
        toml.load(tmp_path / "none.toml")


# ---------------------------------------------------------------------------------------- whatever a file may hold
scalars = st.one_of(
    st.text(max_size=8),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.dates(),
    st.times(),
    st.datetimes(),
    st.just("records"),
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
LAYOUT_KEYS = (
    *("title", "source", "months", "force", "columns", "measures", "where", "flags", "by", "dimensions", "waves"),
    *("bands", "column", "positive", "negative", "period", "area", "essex", "breakdowns", "unit"),
)
names = st.sampled_from(LAYOUT_KEYS) | st.text(max_size=6)
tables = st.dictionaries(names, values | st.dictionaries(names, values, max_size=3), max_size=5)
CATALOGUE = Catalogue()


def complaint_of(reading):
    """What a reading is refused with, if it is."""
    try:
        reading()
    except PmError as error:
        return str(error)
    return None


@given(st.sampled_from(sorted(KINDS)), tables)
def test_a_mapping_of_anything_is_read_or_refused(layout, data):
    said = complaint_of(lambda: KINDS[layout](Path("map.toml"), {**data, "layout": layout}, CATALOGUE))
    assert said is None or said.startswith("map.toml")


@given(st.dictionaries(st.sampled_from([*settings.Settings.__dataclass_fields__]), values, max_size=4))
def test_settings_of_anything_are_read_or_refused(data):
    said = complaint_of(lambda: toml.read(settings.Settings, data, Place(Path("pm.toml")), path=Path("pm.toml")))
    assert said is None or said.startswith("pm.toml")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("burglary = 3", "burglary must be a table, not 3"),
        ("[burglary]\nlabel = 3", "[burglary] label must be text in quotes, not 3"),
        ("[burglary]\nlable = 'x'", "[burglary] has no field 'lable' Did you mean label?"),
        ("[burglary]\nkind = 'rate'", "[burglary] kind cannot be 'rate'"),
        ("[burglary]\nwindow = 0", "[burglary] window must be 1 to 120, not 0"),
        ("[burglary]\ngaps = 'a:b'", "[burglary] gaps must be a list of texts, not 'a:b'"),
        ("[burglary.from]\nrecords = 'x'", "[burglary.from] records must be a table, not 'x'"),
        ("[burglary.from.records]\nwher = 'x'", "[burglary.from.records] has no field 'wher'"),
        ("[groups]\na = 1", "[groups] takes text only, and a is 1"),
    ],
)
def test_measures_of_ones_own_that_are_wrong(tmp_path, text, said):
    (tmp_path / "pm.toml").write_text('measures = "own.toml"\n')
    (tmp_path / "own.toml").write_text(text)
    assert f"own.toml: {said}" in complaint(pm("measures", cwd=tmp_path), "measures", 1)


EVENT = 'label = "x"\ndate = 2023-04-01\nkind = "external"\nwhy = "x"\nsource = "x"\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[mine]\nlabel = 'x'", "[mine] lacks date It needs label, date, kind, why and source."),
        ("[mine]\n" + EVENT.replace("2023-04-01", "'April'"), "[mine] date must be a date, as 2023-04-01, not 'April'"),
        ("[mine]\n" + EVENT.replace("external", "extern"), "[mine] kind cannot be 'extern' Did you mean external?"),
        ("[mine]\n" + EVENT + "count = 'x'", "[mine] count must be a whole number, not 'x'"),
        ("[mine]\n" + EVENT + "measures = 'burglary'", "[mine] measures must be a list of texts, not 'burglary'"),
        ("[mine]\n" + EVENT + "aeras = []", "[mine] has no field 'aeras' Did you mean areas?"),
        ("mine = 1", "mine must be a table, not 1"),
    ],
)
def test_events_of_ones_own_that_are_wrong(tmp_path, text, said):
    (tmp_path / "pm.toml").write_text('events = "own.toml"\n')
    (tmp_path / "own.toml").write_text(text)
    assert f"own.toml: {said}" in complaint(pm("events", cwd=tmp_path), "events", 1)


def test_a_group_that_only_a_measure_names_is_listed(tmp_path):
    (tmp_path / "pm.toml").write_text('measures = "own.toml"\n')
    (tmp_path / "own.toml").write_text('[burglary]\ngroup = "mine"\n')
    assert b"mine" in pm("measures", "--appendix", "-f", "csv", cwd=tmp_path).stdout


def test_a_layout_that_is_no_text(tmp_path):
    (tmp_path / "map.toml").write_text("layout = ['long']")
    with pytest.raises(PmError, match="layout must be text in quotes"):
        read_mapping(tmp_path / "map.toml", CATALOGUE)
