"""The one exception a user of pm ever meets.

Everything that can go wrong with data, files or options is raised as `PmError`: what happened and where, then what
to do about it. The command line prints it as one or two lines; a script can catch it.
"""

from __future__ import annotations

from collections.abc import Iterable


class PmError(Exception):
    """Something a user can act on.

    message: what happened, and where (file, sheet, row, column).
    hint: what to do next, or "" when the message already says so.
    exit_code: 1 for a data or run error, 2 for a usage error.
    """

    def __init__(self, message: str, hint: str = "", *, exit_code: int = 1) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.exit_code = exit_code

    def __str__(self) -> str:
        return f"{self.message}\n{self.hint}" if self.hint else self.message


class UsageError(PmError):
    """The command was put together wrongly: exit code 2."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message, hint, exit_code=2)


def lacks(what: str, needs: str, extra: str = "report") -> PmError:
    """The error for a part of pm that needs a package of one of its extras: `what` needs `needs`.

    It names no package to fetch from an index: whoever installed pm knows from where.
    """
    hint = f"Install pm with its {extra} extra: in the folder of its source, pip install '.[{extra}]'."
    return PmError(f"{what} needs {needs}, which is not installed", hint)


def closest(word: str, known: Iterable[str], most: int = 3) -> list[str]:
    """The known names most like `word`, best first; empty when nothing comes near."""
    import difflib

    names = list(known)
    lowered = {name.lower(): name for name in names}
    near = difflib.get_close_matches(word.lower(), list(lowered), n=most, cutoff=0.6)
    within = [name for low, name in lowered.items() if len(word) >= 3 and word.lower() in low]
    found = [lowered[name] for name in near] + within
    return list(dict.fromkeys(found))[:most]


def did_you_mean(word: str, known: Iterable[str], otherwise: str = "") -> str:
    """'Did you mean burglary or robbery?', or `otherwise` when nothing comes near."""
    near = closest(word, known)
    if not near:
        return otherwise
    return f"Did you mean {near[0] if len(near) == 1 else ', '.join(near[:-1]) + ' or ' + near[-1]}?"
