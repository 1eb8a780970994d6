"""The one reader of a user's TOML: a class says what may stand in a file, and whatever else stands there is refused.

The class is a frozen dataclass or a NamedTuple. A field's name is its key, a field without a default has to be there,
and its annotation says what its value may be:

    str, int, float, bool, date     that
    Path                            a path, seen from the folder of the file
    tuple[T, ...]                   a list; of a class: [[tables]]
    Mapping[str, T]                 a table of T, under any names or those that OneOf allows
    a class                         a table
    T | U, T | None                 either (TOML has no null: None is only ever a default)

`Annotated` adds what a type cannot say, with the marks of toml_marks.py.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Final, NamedTuple, TypeVar, Union, get_args, get_origin, get_type_hints

from pmcli.errors import PmError, did_you_mean
from pmcli.toml_marks import ALONE, BESIDE, Key, Matches, OneOf, Says, Spelt, Within, shown

T = TypeVar("T")


# ------------------------------------------------------------------------------------------------------- reading
class Place(NamedTuple):
    """Where in a file a table stands.

    table: its dotted name, "" for the file itself; number: which one of [[table]], from 1. unknown: what is said before
    a key that nobody knows, in the file itself and in a table of it.
    """

    file: Path
    table: str = ""
    number: int = 0
    unknown: tuple[str, str] = ("there is no table or key", "has no field")

    def __str__(self) -> str:
        named = f"[[{self.table}]] {self.number}" if self.number else f"[{self.table}]"
        return f"{self.file}: {named}" if self.table else str(self.file)

    @property
    def folder(self) -> Path:
        """The folder of the file as seen from here, so that a history names no machine."""
        try:
            return Path(os.path.relpath(self.file.parent))
        except ValueError:  # on another drive
            return self.file.parent

    def at(self, key: str) -> str:
        """A key of it, as a complaint begins."""
        return f"{self}{':' if self.number or not self.table else ''} {_bare(key)}"

    def below(self, key: str, number: int = 0) -> Place:
        """A table of it."""
        return Place(self.file, f"{self.table}.{_bare(key)}" if self.table else _bare(key), number, self.unknown)


def load(path: Path) -> dict[str, Any]:
    """What a TOML file says. Raises PmError when it cannot be read or is not one."""
    import tomllib

    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise PmError(f"{path}: {error.strerror or error}") from error
    except RecursionError as error:
        raise PmError(f"{path} is not a TOML file that pm can read: it is nested too deeply") from error
    except ValueError as error:  # other text than UTF-8, not TOML, or a number of thousands of digits
        raise PmError(f"{path} is not a TOML file: {error}") from error


def read(kind: type[T], data: Mapping[str, Any], place: Place, *, over: T | None = None, **given: Any) -> T:
    """The `kind` that a table describes.

    over: what the table changes, where it has only the keys to change. given: the fields that are not read.
    Raises PmError that names the file, the table and the key.
    """
    all_fields: dict[str, _Field] = _fields(kind)  # type: ignore[arg-type]
    known = {key: field for key, field in all_fields.items() if field.name not in given}
    made = {field.name: getattr(over, field.name) for field in known.values()} if over is not None else {}
    for key, content in data.items():
        if key not in known:
            said = f"{place} {place.unknown[1]}" if place.table else f"{place}: {place.unknown[0]}"
            raise PmError(f"{said} {key!r}", did_you_mean(key, known, f"There are {', '.join(known)}."))
        made[known[key].name] = value(known[key].kind, content, place, key)
    needed = [key for key, field in known.items() if field.needed]
    for key in needed:
        if known[key].name not in made:
            raise PmError(f"{place} lacks {key}", f"It needs {' and '.join(', '.join(needed).rsplit(', ', 1))}.")
    return kind(**made, **given)


def stanzas(data: Mapping[str, Any], place: Place) -> Iterator[tuple[str, Mapping[str, Any], Place]]:
    """The tables of a table that holds nothing else: the name, content and place of each. Raises PmError."""
    for name, content in data.items():
        yield name, value(Mapping[str, Any], content, place, name), place.below(name)


def value(kind: Any, given: Any, place: Place, key: str, marks: tuple[Any, ...] = ()) -> Any:
    """What stands under a key, as the annotation `kind` has it. Raises PmError when it is another thing."""
    if kind is str and not marks and _fits(str, given):  # which most are: the catalogue is read by every command
        return given
    kind, marks = _plain(kind), (*_marks(kind), *marks)
    spelt = _first(Spelt, marks)
    if spelt is not None:
        return spelt.then(value(spelt.kind, given, place, key, tuple(mark for mark in marks if mark is not spelt)))
    if ALONE in marks and isinstance(given, str):
        given = [given]
    forms = _forms(kind)
    if len(forms) == 1 and forms[0] is not kind:  # T | None
        return value(forms[0], given, place, key, marks)
    form = next((form for form in forms if _fits(form, given)), None)
    if form is None or (form is Path and given == ""):
        raise _wrong(kind, given, place, key, marks)
    if form is not kind and _marks(form):
        return value(form, given, place, key, marks)
    made = _made(form, given, place, key)
    for mark in marks:
        if isinstance(mark, OneOf | Within | Matches):
            mark.check(made, place.at(key))
    return str(place.folder / made) if BESIDE in marks and made else made


def known(place: Place, what: str, name: str, names: Iterable[str], otherwise: str) -> str:
    """`name`, which has to be one of `names` (the forces, the measures …). Raises PmError when it is not."""
    names = list(names)
    if name not in names:
        raise PmError(f"{place.file}: there is no {what} {name!r}", did_you_mean(name, names, otherwise))
    return name


# -------------------------------------------------------------------------------------------------------- kinds
class _Field(NamedTuple):
    name: str
    kind: Any
    needed: bool


@cache
def _fields(kind: Any) -> dict[str, _Field]:
    """key -> field of a dataclass or NamedTuple."""
    if is_dataclass(kind):
        needed = {one.name: one.default is MISSING and one.default_factory is MISSING for one in fields(kind)}
    else:
        needed = {name: name not in kind._field_defaults for name in kind._fields}
    hints = get_type_hints(kind, include_extras=True)
    keys = {name: _first(Key, _marks(hints[name])) or Key(name) for name in needed}
    return {keys[name].name: _Field(name, hints[name], must) for name, must in needed.items()}


def _made(kind: Any, given: Any, place: Place, key: str) -> Any:
    """A value whose kind fits, with all that is inside it looked at."""
    inside = get_args(kind)
    if kind is Path:
        return place.folder / given
    if _is_class(kind):
        return read(kind, given, place.below(key))
    if isinstance(given, list) and _is_class(inside[0]):
        return tuple(read(inside[0], item, place.below(key, at)) for at, item in enumerate(given, start=1))
    if isinstance(given, list):
        return tuple(value(inside[0], item, place, key) for item in given)
    return _entries(kind, given, place.below(key)) if isinstance(given, dict) and inside[1] is not Any else given


def _entries(table: Any, given: Mapping[str, Any], place: Place) -> dict[str, Any]:
    """The entries of a table, whose names are any or some words."""
    names, kind = get_args(table)
    for name, item in given.items():
        for words in _marks(names):
            words.check(name, str(place) if isinstance(words, OneOf) else place.at(name))
        if kind is str and not _fits(str, item):
            raise PmError(f"{place} takes text only, and {_bare(name)} is {shown(item)}")
    return {name: value(kind, item, place, name) for name, item in given.items()}


def _fits(kind: Any, given: Any) -> bool:
    """Whether a value is of a kind; what a table holds is looked at later."""
    if kind is str or kind is Path:
        return isinstance(given, str) and "\0" not in given
    if isinstance(given, str) and ALONE in _marks(kind):
        return True
    kind = _plain(kind)
    origin = get_origin(kind)
    if origin in (Union, UnionType):
        return any(_fits(form, given) for form in _forms(kind))
    if origin is tuple:
        return isinstance(given, list) and all(_fits(get_args(kind)[0], item) for item in given)
    if kind is str:
        return isinstance(given, str) and "\0" not in given
    if kind is float:
        return type(given) in (int, float) and abs(given) < _LARGE  # neither infinite nor no number
    if kind in (bool, int):
        return type(given) is kind
    if kind is date:
        return isinstance(given, date) and not isinstance(given, datetime)
    return isinstance(given, dict)


_LARGE: Final = 1e300


def _wrong(kind: Any, given: Any, place: Place, key: str, marks: tuple[Any, ...]) -> PmError:
    """That a value is not of its kind."""
    says, looks = _first(Says, marks) or Says(""), _first(Matches, marks)
    kinds = (
        f"[[{key}]] tables" if _is_class(next(iter(get_args(form)), None)) else _spoken(form) for form in _forms(kind)
    )
    must = says.must or (looks.must if looks else " or ".join(dict.fromkeys(kinds)))
    if ALONE in marks and must == _spoken(tuple[str, ...]):
        must = f"text, or {must}"
    hint = says.hint or (f"Write [{place.below(key).table}] and its lines under it." if must == "a table" else "")
    return PmError(f"{place.at(key)} must be {must}, not {shown(given)}", hint)


def _spoken(kind: Any) -> str:
    """A kind of value in words."""
    kind = _plain(kind)
    if get_origin(kind) is tuple:
        return "a list of texts" if any(form is str for form in _forms(_plain(get_args(kind)[0]))) else "a list"
    return _WORDS.get(kind, "a table")


_WORDS: Final[Mapping[Any, str]] = {
    **{str: "text in quotes", Path: "a path in quotes", int: "a whole number", float: "a number"},
    **{bool: "true or false", date: "a date, as 2023-04-01"},
}


def _is_class(kind: Any) -> bool:
    return isinstance(kind, type) and (is_dataclass(kind) or hasattr(kind, "_field_defaults"))


def _plain(kind: Any) -> Any:
    """A kind without its marks."""
    return get_args(kind)[0] if get_origin(kind) is Annotated else kind


def _marks(kind: Any) -> tuple[Any, ...]:
    return get_args(kind)[1:] if get_origin(kind) is Annotated else ()


def _first(mark: type[T], marks: Iterable[Any]) -> T | None:
    return next((one for one in marks if isinstance(one, mark)), None)


def _forms(kind: Any) -> list[Any]:
    """The kinds that a union holds, None left out; the kind itself when it is none."""
    union = get_args(kind) if get_origin(kind) in (Union, UnionType) else (kind,)
    return [form for form in union if form is not NoneType]


def _bare(key: str) -> str:
    return key if re.fullmatch(r"[\w-]+", key) else f'"{key}"' if key.isprintable() else repr(key)
