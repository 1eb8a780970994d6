"""A picture as PNG: resvg draws the SVG with a font that comes along, so that its text is there on every machine.

The font is Arimo (SIL Open Font License 1.1), as wide as Arial letter by letter, from the package fontpkg-arimo. The
fonts of the machine are left alone, which makes the same bytes everywhere, unless a text has letters that Arimo lacks.
"""

from __future__ import annotations

import re
from typing import Final

from pmcli.errors import lacks

_OTHER_SCRIPTS: Final = "[\u0600-\u1dff\u2c00-\ufaff\ufb50-\U0010ffff]"
"""Letters beyond Latin, Greek, Cyrillic and Hebrew, which Arimo has."""


def png(svg: str, *, scale: float = 2) -> bytes:
    """An SVG of pm's as a PNG of `scale` pixels to each of the SVG's. Raises PmError when resvg is not installed."""
    try:
        import fontpkg_arimo
        import resvg_py
    except ImportError:
        raise lacks("a PNG", "resvg with its font") from None
    drawn = resvg_py.svg_to_bytes(
        svg_string=svg,
        zoom=scale,
        font_files=[str(fontpkg_arimo.ROOT / "files" / "Arimo[wght].ttf")],
        font_family="Arimo",
        sans_serif_family="Arimo",
        skip_system_fonts=re.search(_OTHER_SCRIPTS, svg) is None,
    )
    return bytes(drawn)
