"""`make evaluate`: measure pm's statistical methods by simulation, print the tables and write them beside this file.

`python evaluate.py [trend] [turns] [--fast]`: all of them unless named; --fast runs small ones and writes nothing.
Each evaluation is a module evaluate_NAME.py here with main(seed, fast) -> Markdown, written to NAME.md.
"""

from __future__ import annotations

import os
import sys
import time
from importlib import import_module
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # the evaluations run two processes of their own

SEED = 20230
HERE = Path(__file__).parent
EVALUATIONS = sorted(path.stem.removeprefix("evaluate_") for path in HERE.glob("evaluate_*.py"))


def main(arguments: list[str]) -> None:
    """Run the evaluations that were asked for."""
    fast = "--fast" in arguments
    asked = [name for name in arguments if name != "--fast"] or EVALUATIONS
    if unknown := set(asked) - set(EVALUATIONS):
        raise SystemExit(f"no evaluation called {', '.join(sorted(unknown))}; there are {', '.join(EVALUATIONS)}")
    for name in asked:
        started = time.perf_counter()
        text = import_module(f"evaluate_{name}").main(SEED, fast)
        print(text)
        print(f"{name}: {time.perf_counter() - started:.0f} s", file=sys.stderr)
        if not fast:
            (HERE / f"{name}.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
