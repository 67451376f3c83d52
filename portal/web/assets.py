"""Static files under names that change with their content, cached for ever."""

import hashlib
from functools import cache
from pathlib import Path

from flask import Flask

from portal.folders import folder

URL = "/static"
DIGEST = 12
MOST_SECONDS = 31_536_000


@cache
def asset(path: str) -> str:
    """The address of `static/<path>`: `/static/css/portal.1a2b3c4d5e6f.css`."""
    return f"{URL}/{fingerprinted(path)}"


def fingerprinted(path: str) -> str:
    content = (folder("static") / path).read_bytes()
    stem, dot, suffix = path.rpartition(".")
    return f"{stem}.{hashlib.sha256(content).hexdigest()[:DIGEST]}{dot}{suffix}"


@cache
def files() -> dict[str, Path]:
    """Every static file by its fingerprinted name."""
    root = folder("static")
    return {
        fingerprinted(str(path.relative_to(root))): path
        for path in sorted(root.rglob("*"))
        if path.is_file() and path.suffix not in {".br", ".gz"}
    }


def init_app(app: Flask) -> None:
    app.jinja_env.globals["asset"] = asset
