"""What browsers load: pinned, small, and without anything from elsewhere."""

import hashlib
import re
from pathlib import Path

import brotli
import pytest

STATIC = Path(__file__).parents[2] / "static"
TEMPLATES = STATIC.parent / "templates"
HTMX_2_0_11 = "d6fdc75f204e6bdefa99b69bf1e6d4ac69b8a364f77929f45c13476b4000f717"
SHEETS = sorted((STATIC / "css").glob("*.css"))
KIB = 1024


def packed(path: Path) -> int:
    return len(brotli.compress(path.read_bytes()))


def test_htmx_is_the_release_that_was_read():
    content = (STATIC / "js/htmx.min.js").read_bytes()
    assert hashlib.sha256(content).hexdigest() == HTMX_2_0_11
    assert b'version:"2.0.11"' in content


def test_all_stylesheets_together_are_small():
    assert sum(map(packed, SHEETS)) <= 12 * KIB


def test_our_own_script_is_small():
    assert packed(STATIC / "js/portal.js") <= 3 * KIB


def test_a_first_page_view_is_light():
    loaded = ["css/portal.css", "js/htmx.min.js", "js/portal.js"]
    assert sum(packed(STATIC / name) for name in loaded) <= 30 * KIB


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_a_stylesheet_loads_nothing(sheet: Path):
    assert not re.search(r"@import|url\(|https?:", sheet.read_text(encoding="utf-8"))


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_a_stylesheet_closes_what_it_opens(sheet: Path):
    text = re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert text.count("{") == text.count("}")


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_every_custom_property_is_defined(sheet: Path):
    defined = set(re.findall(r"(--[a-z0-9-]+):", (STATIC / "css/portal.css").read_text()))
    used = re.findall(r"var\((--[a-z0-9-]+)\s*([,)])", sheet.read_text())
    assert {name for name, end in used if end == ")"} <= defined


@pytest.mark.parametrize(
    "wish", ["prefers-color-scheme", "prefers-reduced-motion", "prefers-contrast", "forced-colors"]
)
def test_what_the_reader_asked_of_the_system_is_honoured(wish: str):
    assert f"@media ({wish}" in (STATIC / "css/portal.css").read_text()


def test_our_script_makes_no_markup_from_text():
    script = (STATIC / "js/portal.js").read_text()
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|eval\(|\.style\b", script)


def test_htmx_may_run_no_text_as_code_and_ask_nobody_else():
    base = (TEMPLATES / "base.html").read_text()
    for rule in (
        '"includeIndicatorStyles":false',
        '"allowEval":false',
        '"allowScriptTags":false',
        '"selfRequestsOnly":true',
        '"historyCacheSize":0',
        '"historyRestoreAsHxRequest":false',
        '{"code":"(409|422)","swap":true}',
    ):
        assert rule in base


def test_every_icon_that_is_asked_for_exists():
    drawn = set(
        re.findall(r'name == "([a-z0-9-]+)"', (TEMPLATES / "components/icon.html").read_text())
    )
    asked = {
        name
        for path in TEMPLATES.rglob("*.html")
        for name in re.findall(r'\b(?:icon|draw)\("([a-z0-9-]+)"', path.read_text(encoding="utf-8"))
    }
    assert asked <= drawn
