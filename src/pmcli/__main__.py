"""The `pm` program, and `python -m pmcli`.

A command lives for about a second, most of it imports: looking for reference cycles among what they make costs more
than it could free, so the collector is off in the program (never in the library).
"""

import gc
import sys

gc.disable()


def main() -> None:
    """Run pm. The version is told without loading the command line at all."""
    if sys.argv[1:] == ["--version"]:
        from pmcli import __version__

        sys.stdout.write(f"pm {__version__}\n")
        return
    from pmcli.cli import main as command_line

    command_line()


if __name__ == "__main__":
    main()
