"""Readable colours from whatever a merchant chooses.

A merchant gives two colours and never thinks about contrast. The brand colour fills the
panel, the accent colour fills buttons and tints links. Where a colour would be unreadable,
its lightness moves (in OKLCH, so that hue and character stay) until WCAG 2.2 AA is met:
4.5 : 1 for text, 3 : 1 for the edges of controls, in the light and in the dark scheme.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields

from portal.selfservice.fonts import DEFAULT_FONT, DEFAULT_SHAPE, FONTS, SHAPES
from portal.selfservice.oklch import InvalidColor, Oklch, contrast, luminance, mix, parse, shade

__all__ = [
    "InvalidColor",
    "Palette",
    "contrast",
    "contrast_warning",
    "parse",
    "readable_on",
    "stylesheet",
]

TEXT_CONTRAST = 4.5
CONTROL_CONTRAST = 3.0
WHITE, INK, BLACK = "#ffffff", "#15181c", "#000000"


def contrast_warning(color: str, against: str = WHITE) -> float | None:
    """The ratio of `color` on `against` where it is too low for text, else None.

    The portal stays readable all the same; the dashboard tells the merchant that the colour
    will be drawn darker (or lighter) than chosen. Rounded down, so that 4.499 is not 4.5.
    Raises InvalidColor.
    """
    ratio = contrast(parse(color), parse(against))
    return None if ratio >= TEXT_CONTRAST else int(ratio * 100) / 100


def readable_on(background: str) -> str:
    """White where it can be read on `background`, else near-black, else black."""
    for text in (WHITE, INK):
        if contrast(text, background) >= TEXT_CONTRAST:
            return text
    return BLACK


def until_contrast(color: str, backgrounds: tuple[str, ...], ratio: float) -> str:
    """`color`, moved away from `backgrounds` in lightness just until it has `ratio` on each."""
    away = -0.01 if luminance(backgrounds[0]) > 0.18 else 0.01
    start = Oklch.of(color)
    for step in range(101):
        moved = shade(color, start.lightness + away * step) if step else color
        if all(contrast(moved, background) >= ratio for background in backgrounds):
            return moved
    return BLACK if away < 0 else WHITE


@dataclass(frozen=True)
class Scheme:
    """What a page is drawn on: the neutral colours of static/css/portal.css."""

    page: str
    subtle: str
    hover: str
    text: str
    muted: str
    tint: float

    @property
    def surfaces(self) -> tuple[str, ...]:
        return self.page, self.subtle, self.hover


LIGHT = Scheme(
    page="#ffffff", subtle="#f6f7f8", hover="#f1f2f4", text="#1b1f24", muted="#5b626b", tint=0.08
)
DARK = Scheme(
    page="#15171a", subtle="#1c1f23", hover="#23272c", text="#eceef0", muted="#a4acb5", tint=0.16
)


@dataclass(frozen=True)
class Palette:
    """The custom properties of one scheme; a field is the property of the same name."""

    brand: str
    on_brand: str
    on_brand_muted: str
    button: str
    on_button: str
    button_hover: str
    button_edge: str
    link: str
    accent_soft: str
    focus: str

    @classmethod
    def light(cls, brand: str, accent: str) -> "Palette":
        """For a light page. Raises InvalidColor."""
        return cls._derive(parse(brand), parse(accent), LIGHT)

    @classmethod
    def dark(cls, brand: str, accent: str) -> "Palette":
        """For a dark page, where a bright panel would glare: it keeps its hue and goes dim."""
        return cls._derive(_dimmed(parse(brand)), parse(accent), DARK)

    @classmethod
    def _derive(cls, brand: str, accent: str, scheme: Scheme) -> "Palette":
        on_brand = readable_on(brand)
        on_button = readable_on(accent)
        soft = mix(scheme.page, accent, scheme.tint)
        surfaces = (*scheme.surfaces, soft)
        link = until_contrast(accent, surfaces, TEXT_CONTRAST)
        return cls(
            brand=brand,
            on_brand=on_brand,
            on_brand_muted=_muted(on_brand, brand, TEXT_CONTRAST + 1.0),
            button=accent,
            on_button=on_button,
            button_hover=_hover(accent, on_button),
            button_edge=until_contrast(accent, scheme.surfaces, CONTROL_CONTRAST),
            link=link,
            accent_soft=soft,
            focus=link,
        )

    def properties(self) -> Iterator[tuple[str, str]]:
        """(name, #rrggbb) of every custom property."""
        for field in fields(self):
            yield "--" + field.name.replace("_", "-"), parse(getattr(self, field.name))


def _dimmed(brand: str) -> str:
    color = Oklch.of(brand)
    if color.lightness <= 0.45:
        return brand
    strongest = 0.12 if color.lightness < 0.7 else 0.035
    return Oklch(0.34, min(color.chroma, strongest), color.hue).hex()


def _muted(text: str, background: str, ratio: float) -> str:
    """`text` mixed into `background` as far as `ratio` allows."""
    for share in range(88, 0, -4):
        if contrast(mixed := mix(text, background, share / 100), background) >= ratio:
            return mixed
    return text


def _hover(button: str, text: str) -> str:
    """A step away from the text, so that hovering never costs contrast; black has no such step."""
    lightness = Oklch.of(button).lightness
    away = -0.05 if luminance(text) > luminance(button) else 0.05
    if 0.1 < lightness < 0.97:
        return shade(button, lightness + away)
    return shade(button, lightness - 3 * away)


def stylesheet(
    brand: str,
    accent: str,
    font: str = DEFAULT_FONT,
    shape: str = DEFAULT_SHAPE,
    asset: Callable[[str], str] = "/static/{}".format,
) -> str:
    """The brand sheet: custom properties for both schemes, and the chosen font.

    Nothing but validated #rrggbb values and our own constants reaches the text, so that a
    colour can never carry CSS. An unknown font or shape falls back to the default.
    `asset` turns a path below static/ into a URL. Raises InvalidColor.
    """
    chosen = FONTS.get(font, FONTS[DEFAULT_FONT])
    radius = SHAPES.get(shape, SHAPES[DEFAULT_SHAPE])
    return (
        f"{chosen.faces(asset)}"
        f"@layer tokens{{\n:root{{--font:{chosen.stack};--radius:{radius};"
        f"{_declarations(Palette.light(brand, accent))}}}\n"
        "@media(prefers-color-scheme:dark){"
        f":root{{{_declarations(Palette.dark(brand, accent))}}}}}\n"
        "@media(prefers-contrast:more){:root{--on-brand-muted:var(--on-brand)}}\n}\n"
    )


def _declarations(palette: Palette) -> str:
    return ";".join(f"{name}:{value}" for name, value in palette.properties())
