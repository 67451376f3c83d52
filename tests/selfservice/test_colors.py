"""Whatever a merchant chooses, the portal can be read."""

import re
from itertools import product
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from portal.selfservice.branding import DEFAULT_ACCENT_COLOR, DEFAULT_BRAND_COLOR
from portal.selfservice.colors import (
    DARK,
    LIGHT,
    InvalidColor,
    Palette,
    Scheme,
    contrast,
    contrast_warning,
    readable_on,
    stylesheet,
)
from portal.selfservice.fonts import FONTS, SHAPES
from portal.selfservice.oklch import Oklch, shade

ROOT = Path(__file__).parents[2]
CSS = (ROOT / "static/css/portal.css").read_text(encoding="utf-8")
COLORS = st.integers(0, 0xFFFFFF).map("#{:06x}".format)
GREY_TRAP = "#767676"


def schemes(brand: str, accent: str) -> tuple[tuple[Palette, Scheme], ...]:
    return (Palette.light(brand, accent), LIGHT), (Palette.dark(brand, accent), DARK)


@given(COLORS, COLORS)
@example("#ffffff", "#ffffff")
@example("#000000", "#000000")
@example(GREY_TRAP, GREY_TRAP)
@example("#ffff00", "#00ff00")
def test_every_text_can_be_read_whatever_is_chosen(brand: str, accent: str):
    for palette, scheme in schemes(brand, accent):
        pairs = [
            (palette.on_brand, palette.brand),
            (palette.on_brand_muted, palette.brand),
            (palette.on_button, palette.button),
            (palette.on_button, palette.button_hover),
            (scheme.text, palette.accent_soft),
            (scheme.muted, palette.accent_soft),
            *product([palette.link], [*scheme.surfaces, palette.accent_soft]),
        ]
        assert [pair for pair in pairs if contrast(*pair) < 4.5] == []


@given(COLORS, COLORS)
@example("#ffffff", "#ffffff")
@example("#000000", "#000000")
def test_every_control_can_be_seen_whatever_is_chosen(brand: str, accent: str):
    for palette, scheme in schemes(brand, accent):
        edges = product([palette.button_edge, palette.focus], scheme.surfaces)
        assert [pair for pair in edges if contrast(*pair) < 3] == []


@given(COLORS)
def test_a_colour_survives_the_way_to_oklch_and_back(color: str):
    assert Oklch.of(color).hex() == color


@given(COLORS, st.floats(0, 1))
def test_a_shade_can_always_be_shown(color: str, lightness: float):
    assert re.fullmatch("#[0-9a-f]{6}", shade(color, lightness))


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#ffffff", "#ffffff", 1.0),
        ("#767676", "#ffffff", 4.54),
        ("#777777", "#ffffff", 4.48),
        ("#ff0000", "#ffffff", 4.0),
    ],
)
def test_contrast_is_the_one_of_wcag(one: str, other: str, ratio: float):
    assert contrast(one, other) == pytest.approx(ratio, abs=0.005)
    assert contrast(other, one) == contrast(one, other)


def test_red_has_the_published_oklch_coordinates():
    red = Oklch.of("#ff0000")
    assert (red.lightness, red.chroma) == pytest.approx((0.62796, 0.25768), abs=1e-4)


def test_text_on_a_bright_brand_is_dark_and_on_a_dark_brand_white():
    assert readable_on("#ffd23f") == "#15181c"
    assert readable_on("#0f4c5c") == "#ffffff"


def test_a_readable_accent_is_used_as_it_is():
    palette = Palette.light("#0f4c5c", "#0f6f5c")
    assert (palette.brand, palette.button, palette.link) == ("#0f4c5c", "#0f6f5c", "#0f6f5c")


def test_a_bright_panel_is_dimmed_in_the_dark():
    assert contrast(Palette.dark("#ffffff", "#000000").brand, "#ffffff") > 7


def test_a_warning_has_the_ratio_and_comes_only_where_it_is_due():
    assert contrast_warning("#777777") == 4.47
    assert contrast_warning("#767676") is None
    assert contrast_warning("#ffd23f", against="#000000") is None


@pytest.mark.parametrize(
    "color", ["", "red", "#fff", "#12345g", "#123456;}", "rgb(0,0,0)", "#1234567"]
)
def test_only_six_digits_are_a_colour(color: str):
    with pytest.raises(InvalidColor):
        stylesheet(color, "#000000")
    with pytest.raises(InvalidColor):
        stylesheet("#000000", color)


def test_an_upper_case_colour_is_the_same_colour():
    assert stylesheet("#0F4C5C", "#0F6F5C") == stylesheet("#0f4c5c", "#0f6f5c")


# ── the sheet ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("font", FONTS)
def test_a_sheet_loads_a_font_only_where_it_was_chosen(font: str, shape: str):
    sheet = stylesheet("#0f4c5c", "#0f6f5c", font, shape, asset="/files/{}".format)
    files = re.findall(r"url\(/files/(.*?)\)", sheet)
    assert bool(files) == bool(FONTS[font].file)
    assert all((ROOT / "static" / name).is_file() for name in files)
    assert f"--radius:{SHAPES[shape]};" in sheet


def test_an_unknown_font_or_shape_is_the_default():
    hostile = stylesheet("#0f4c5c", "#0f6f5c", "};@import url(//x)", "9px}")
    assert hostile == stylesheet("#0f4c5c", "#0f6f5c")


def test_a_sheet_sets_every_property_for_both_schemes():
    sheet = stylesheet("#0f4c5c", "#0f6f5c")
    for name, _ in Palette.light("#0f4c5c", "#0f6f5c").properties():
        assert len(re.findall(rf"{name}:#[0-9a-f]{{6}}", sheet)) == 2, name


def test_every_web_font_has_its_licence_beside_it():
    for font in filter(None, (font.file for font in FONTS.values())):
        assert "SIL OPEN FONT LICENSE" in (ROOT / f"static/fonts/{font}-OFL.txt").read_text()


# ── the neutral colours of the stylesheet ───────────────────────────────────────────────────────


def tokens() -> tuple[dict[str, str], dict[str, str]]:
    """Colours of the light and of the dark scheme in portal.css."""
    light, dark = CSS.split("@layer base {")[0].split("@media (prefers-color-scheme: dark)")
    found = [dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})\b", part)) for part in (light, dark)]
    return found[0], found[0] | found[1]


@pytest.mark.parametrize(("scheme", "place"), [(LIGHT, 0), (DARK, 1)])
def test_the_stylesheet_has_the_neutrals_that_were_reckoned_with(scheme: Scheme, place: int):
    have = tokens()[place]
    assert (have["page"], have["subtle"], have["hover"]) == scheme.surfaces
    assert (have["text"], have["muted"]) == (scheme.text, scheme.muted)


@pytest.mark.parametrize("place", [0, 1])
def test_the_neutrals_can_be_read_on_each_other(place: int):
    have = tokens()[place]
    surfaces = [have[name] for name in ("page", "subtle", "hover")]
    pairs = [*product([have["text"], have["muted"]], surfaces)]
    pairs += [
        (have[tone], ground)
        for tone in ("success", "warning", "danger", "info")
        for ground in (*surfaces, have[f"{tone}-soft"])
    ]
    assert [pair for pair in pairs if contrast(*pair) < 4.5] == []
    assert [ground for ground in surfaces[:2] if contrast(have["edge"], ground) < 3] == []


@pytest.mark.parametrize(("make", "place"), [(Palette.light, 0), (Palette.dark, 1)])
def test_an_unbranded_page_wears_the_default_brand(make, place: int):
    have = tokens()[place]
    for name, value in make(DEFAULT_BRAND_COLOR, DEFAULT_ACCENT_COLOR).properties():
        assert have[name.removeprefix("--")] == value, name
