"""pm.toml: what it may say, and what is said of what it may not."""

import pytest

from pmcli import settings
from pmcli.errors import PmError


def written(folder, text):
    (folder / "pm.toml").write_text(text, encoding="utf-8")
    return settings.read(folder)


def test_the_pack_reads_extracts_of_its_own_relative_to_the_file(tmp_path, monkeypatch):
    (tmp_path / "own.toml").write_text("")
    monkeypatch.chdir(tmp_path)
    found = written(
        tmp_path,
        'data = "prc.csv"\n[[pack]]\npath = ["a.csv", "b.csv"]\nmap = "own.toml"\nby = "weapon"\n'
        '[[pack]]\npath = "survey.csv"\nmap = "smsr-survey"\nas = "survey"\nmeasures = ["confidence"]\n',
    )
    assert found.data == ("prc.csv",)
    assert found.pack[0] == settings.Extract(("a.csv", "b.csv"), map="own.toml", by=("weapon",))
    assert found.pack[1] == settings.Extract(
        ("survey.csv",), map="smsr-survey", source="survey", measures=("confidence",)
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('pack = "survey.csv"', "pack must be [[pack]] tables"),
        ('[[pack]]\nmap = "x"', "[[pack]] 1 names no path"),
        ('[[pack]]\npath = "x.csv"\n[[pack]]\npath = "y.csv"\nmapp = "x"', "[[pack]] 2 has no key 'mapp'"),
        ("[[pack]]\npath = 3", "path must be text, or a list of texts"),
        ('[[pack]]\npath = "x"\nmap = 3', "map must be text in quotes, not 3"),
        ("baseline = 2019", "baseline must be text in quotes, not 2019"),
        ('bazeline = "2019-12"', "there is no setting 'bazeline'"),
        ('data = ["a.csv", ""]', "data must be a path or a list of paths"),
        ('peers = ""', "peers must be a path in quotes"),
        ("data = [", "is not a TOML file"),
    ],
)
def test_what_is_wrong_with_it_is_said_with_its_place(tmp_path, text, said):
    with pytest.raises(PmError) as raised:
        written(tmp_path, text)
    assert said in str(raised.value)


def test_the_template_is_a_file_that_can_be_read(tmp_path):
    assert written(tmp_path, settings.TEMPLATE).baseline == "2019-12"
    uncommented = "\n".join(
        line.removeprefix("# ") for line in settings.TEMPLATE.splitlines() if "=" in line or line.startswith("# [")
    )
    assert written(tmp_path, uncommented).pack[0].map == "smsr-survey"
