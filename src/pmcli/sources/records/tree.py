"""The Home Office's groups of offences and their subgroups, as records may name either.

A record that names a group only cannot be counted in a measure of one of its subgroups: that measure is then not known.
"""

from __future__ import annotations

from typing import Final

GROUPS: Final[dict[str, tuple[str, ...]]] = {
    "Violence against the person": (
        "Homicide",
        "Violence with injury",
        "Violence without injury",
        "Stalking and harassment",
        "Death or serious injury - unlawful driving",
    ),
    "Sexual offences": ("Rape offences", "Other sexual offences"),
    "Robbery": ("Robbery of personal property", "Robbery of business property"),
    "Theft offences": (
        "Residential burglary",
        "Non-residential burglary",
        "Vehicle offences",
        "Theft from the person",
        "Bicycle theft",
        "Shoplifting",
        "Other theft offences",
    ),
    "Burglary": ("Residential burglary", "Non-residential burglary"),
    "Criminal damage and arson": ("Criminal damage", "Arson"),
    "Drug offences": ("Trafficking of drugs", "Possession of drugs"),
}
"""Group -> its subgroups, in the words of the Home Office's open data; groups without several subgroups have none."""

ABOVE: Final = ("Violence against the person", "Theft offences")
"""Groups that no measure counts as such: their records are in none when they name nothing more."""
