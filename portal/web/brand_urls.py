"""Where a brand's colours and pictures are fetched from."""

from urllib.parse import urlencode

from flask import Flask, url_for

from portal.selfservice.branding import DEFAULT_ACCENT_COLOR, DEFAULT_BRAND_COLOR
from portal.selfservice.fonts import DEFAULT_SHAPE


def stylesheet_url(brand: str, accent: str, font: str, shape: str) -> str:
    """The brand's colours as a stylesheet of its own: no inline style, and cached for ever."""
    values = {"brand": brand[1:], "accent": accent[1:], "font": font, "shape": shape}
    return "/p/brand.css?" + urlencode(values)


def file_url(name: str) -> str:
    return url_for("public.file", name=name) if name else ""


def init_app(app: Flask) -> None:
    """`look` is the look of pages that are ours whoever uses them: the dashboard and errors."""
    app.jinja_env.globals["look"] = stylesheet_url(
        DEFAULT_BRAND_COLOR, DEFAULT_ACCENT_COLOR, "inter", DEFAULT_SHAPE
    )
