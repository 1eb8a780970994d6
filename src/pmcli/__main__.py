"""python -m pmcli."""

from pmcli.cli import main

if __name__ == "__main__":
    main()
