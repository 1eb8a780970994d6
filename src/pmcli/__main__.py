"""The `pm` program, and `python -m pmcli`.

A command lives for about a second, most of it imports: looking for reference cycles among what they make costs more
than it could free, so the collector is off in the program (never in the library).
"""

import gc

gc.disable()

from pmcli.cli import main  # noqa: E402

if __name__ == "__main__":
    main()
