"""Colours as numbers: sRGB, OKLCH and the contrast that WCAG measures. Pure arithmetic.

OKLCH after Björn Ottosson, "A perceptual color space for image processing" (2020);
luminance and contrast after WCAG 2.2.
"""

import re
from dataclasses import dataclass, replace
from math import atan2, cos, hypot, sin

_HEX = re.compile(r"#[0-9a-f]{6}")


class InvalidColor(ValueError):
    """Not a colour of the form #rrggbb."""


def parse(color: str) -> str:
    """`color` as #rrggbb in lower case. Raises InvalidColor for anything else."""
    lowered = color.strip().lower()
    if not _HEX.fullmatch(lowered):
        raise InvalidColor(color)
    return lowered


def contrast(one: str, other: str) -> float:
    """The WCAG 2 contrast ratio of two colours, from 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@dataclass(frozen=True)
class Oklch:
    """Lightness 0 to 1, chroma 0 to about 0.4, hue in radians."""

    lightness: float
    chroma: float
    hue: float

    @classmethod
    def of(cls, color: str) -> "Oklch":
        red, green, blue = _linear(color)
        long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
        medium = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
        short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
        a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
        b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
        lightness = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
        return cls(lightness, hypot(a, b), atan2(b, a))

    def hex(self) -> str:
        """The nearest colour that a screen can show: chroma gives way, never lightness or hue."""
        low, high = 0.0, self.chroma
        if _is_shown(channels := _channels(self)):
            return _hex(channels)
        for _ in range(16):
            middle = (low + high) / 2
            if _is_shown(_channels(replace(self, chroma=middle))):
                low = middle
            else:
                high = middle
        return _hex(_channels(replace(self, chroma=low)))


def shade(color: str, lightness: float) -> str:
    """`color` at another lightness (0 to 1)."""
    return replace(Oklch.of(color), lightness=min(max(lightness, 0.0), 1.0)).hex()


def mix(one: str, other: str, share: float) -> str:
    """`share` of `other` (0 to 1) in `one`, channel by channel."""
    pairs = zip(_bytes(one), _bytes(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def _bytes(color: str) -> tuple[int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def _linear(color: str) -> tuple[float, float, float]:
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in (byte / 255 for byte in _bytes(color))
    )
    return red, green, blue


def luminance(color: str) -> float:
    """Relative luminance, 0 (black) to 1 (white)."""
    red, green, blue = _linear(color)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _channels(color: Oklch) -> tuple[float, float, float]:
    """Linear sRGB, outside 0…1 where a screen cannot show the colour."""
    a, b = color.chroma * cos(color.hue), color.chroma * sin(color.hue)
    long = (color.lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (color.lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (color.lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def _is_shown(channels: tuple[float, float, float]) -> bool:
    return all(-0.0005 <= channel <= 1.0005 for channel in channels)


def _hex(channels: tuple[float, float, float]) -> str:
    encoded = (
        12.92 * value if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055
        for value in (min(max(channel, 0.0), 1.0) for channel in channels)
    )
    return "#" + "".join(f"{round(value * 255):02x}" for value in encoded)
