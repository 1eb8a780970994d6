"""Where the caveats were before they moved to language/caveats.py; the charts still look for them here."""

from pmcli.views.language.caveats import held

__all__ = ["held"]
