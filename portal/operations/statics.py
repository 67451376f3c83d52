"""Static files for production: fingerprinted, compressed once, served before the app."""

import gzip
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from whitenoise import WhiteNoise

from portal.web import assets
from portal.web.security import HEADERS

COMPRESSIBLE = {".css", ".js", ".svg", ".json", ".txt", ".webmanifest"}
Application = Callable[..., Any]


def wrap(application: Application, data_dir: Path) -> WhiteNoise:
    """`application` behind the static files, whose answers never change and are kept."""
    return WhiteNoise(
        application,
        root=str(lay_out(data_dir / "static")),
        prefix=assets.URL,
        max_age=assets.MOST_SECONDS,
        allow_all_origins=False,
        immutable_file_test=lambda _path, _url: True,
        add_headers_function=protect,
    )


def protect(headers: Any, _path: str, _url: str) -> None:
    for name in ("X-Content-Type-Options", "Cross-Origin-Resource-Policy"):
        headers[name] = HEADERS[name]


def lay_out(folder: Path) -> Path:
    """Copies under their fingerprinted names, each with a .br and a .gz where that pays."""
    wanted = assets.files()
    for name, source in wanted.items():
        target = folder / name
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            _place(target, source.read_bytes())
            if source.suffix in COMPRESSIBLE:
                _compress(target)
    for path in folder.rglob("*"):
        bare = path.with_suffix("") if path.suffix in {".br", ".gz"} else path
        if path.is_file() and str(bare.relative_to(folder)) not in wanted:
            path.unlink()  # of an older version
    return folder


def _compress(path: Path) -> None:
    import brotli  # noqa: PLC0415 - only at the first start of a version

    data = path.read_bytes()
    _place(path.with_name(path.name + ".br"), brotli.compress(data))
    _place(path.with_name(path.name + ".gz"), gzip.compress(data, 9, mtime=0))


def _place(path: Path, data: bytes) -> None:
    """All of it or nothing: two servers may start at once."""
    unfinished = path.with_name(f".{path.name}.{id(data)}")
    unfinished.write_bytes(data)
    shutil.move(unfinished, path)
