"""The fonts and shapes a merchant may choose.

Most are stacks of fonts that people already have, so that nothing is loaded. Two are served
by ourselves (SIL Open Font License, static/fonts/), and only to portals that chose them.
"""

from collections.abc import Callable
from dataclasses import dataclass

LATIN = (
    "U+0020-007E,U+00A0-00FF,U+0131,U+0152-0153,U+0178,U+00D7,U+2013-2014,U+2018-201A,"
    "U+201C-201E,U+2022,U+2026,U+202F,U+2039-203A,U+20AC,U+2190-2193,U+2212"
)
LATIN_EXTENDED = (
    "U+0100-02BA,U+02BD-02C5,U+02C7-02CC,U+02CE-02D7,U+02DD-02FF,U+0304,U+0308,U+0329,"
    "U+1D00-1DBF,U+1E00-1E9F,U+1EF2-1EFF,U+2020,U+20A0-20AB,U+20AD-20C0,U+2113,U+2C60-2C7F,"
    "U+A720-A7FF"
)


@dataclass(frozen=True)
class Font:
    """`stack` is a CSS font-family; `file` the beginning of the names of its files, if any."""

    name: str
    stack: str
    file: str = ""

    def faces(self, asset: Callable[[str], str]) -> str:
        """The @font-face rules; `asset` turns a path below static/ into a URL."""
        if not self.file:
            return ""
        family = self.stack.partition(",")[0]
        return "".join(
            f"@font-face{{font-family:{family};font-weight:400 700;font-display:swap;"
            f"src:url({asset(f'fonts/{self.file}-{subset}-wght-normal.woff2')})format('woff2');"
            f"unicode-range:{characters}}}\n"
            for subset, characters in (("latin", LATIN), ("latin-ext", LATIN_EXTENDED))
        )


FONTS = {
    "system": Font("System", "system-ui,-apple-system,'Segoe UI',Roboto,sans-serif"),
    "inter": Font("Inter", "'Inter Variable',Inter,system-ui,sans-serif", "inter"),
    "humanist": Font(
        "Humanist",
        "Seravek,'Gill Sans Nova',Ubuntu,Calibri,'DejaVu Sans',source-sans-pro,sans-serif",
    ),
    "geometric": Font(
        "Geometric",
        "Avenir,'Avenir Next',Montserrat,Corbel,'URW Gothic',source-sans-pro,sans-serif",
    ),
    "source-serif": Font(
        "Source Serif",
        "'Source Serif 4 Variable','Source Serif 4',Charter,Georgia,serif",
        "source-serif-4",
    ),
    "transitional": Font(
        "Transitional", "Charter,'Bitstream Charter','Sitka Text',Cambria,Georgia,serif"
    ),
    "old-style": Font(
        "Old style", "'Iowan Old Style','Palatino Linotype','URW Palladio L',Palatino,serif"
    ),
    "mono": Font(
        "Monospace",
        "ui-monospace,'Cascadia Code','SF Mono',Menlo,Consolas,'DejaVu Sans Mono',monospace",
    ),
}
DEFAULT_FONT = "system"

SHAPES = {"square": "0px", "rounded": "8px", "pill": "999px"}
DEFAULT_SHAPE = "rounded"
