"""The former place of reading/files.py, for scripts that import it from here."""

from pmcli.sources.reading.files import DataFile, _opened, expand, fingerprints

__all__ = ["DataFile", "_opened", "expand", "fingerprints"]
