"""What a shell is given to complete the words of `pm` with: Typer's scripts, the one of zsh with its first Tab.

zsh reads a completion from its folder of functions when Tab is first pressed, and takes what is read then for the whole
function. Typer's only defines one, so that the first Tab of every zsh does nothing but beep.
"""

from __future__ import annotations

from importlib import import_module
from typing import Final

_FIRST_TAB: Final = """
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
  %(complete_func)s "$@"
fi
"""


def with_the_first_tab() -> None:
    """Let the script of zsh complete when it is first read as well."""
    scripts = getattr(import_module("typer._completion_shared"), "_completion_scripts", None)
    if isinstance(scripts, dict) and _FIRST_TAB not in scripts.get("zsh", _FIRST_TAB):
        scripts["zsh"] = f"{scripts['zsh'].rstrip()}\n{_FIRST_TAB}"
