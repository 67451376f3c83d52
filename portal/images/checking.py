"""Asks a process of its own what a picture is, and to make it anew."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterable
from dataclasses import dataclass

from portal.billing.errors import BillingError
from portal.folders import PACKAGE

JPEG, PNG, WEBP = "jpeg", "png", "webp"
LONGEST_SIDE = 4096
MOST_SECONDS = 15.0
MOST_AT_ONCE = 2
SHOWN_SIDE = 1024
WORKER = (sys.executable, "-m", "portal.images.worker")

_free = threading.BoundedSemaphore(MOST_AT_ONCE)


class ImageRefused(BillingError):
    """The picture cannot be used; `code` says why.

    One of `image_too_large` (bytes), `image_kind`, `image_too_small` (pixels),
    `image_not_square`, `image_square`, `image_broken`, `image_bomb` (too many pixels, or
    more work than a picture may make), `image_quota`.
    """

    code = "image_broken"

    def __init__(self, code: str, **details: object) -> None:
        super().__init__(code, **details)
        self.code = code


@dataclass(frozen=True, slots=True)
class CheckedImage:
    """A picture made anew: no metadata, one frame, in a sensible size."""

    data: bytes
    content_type: str
    width: int
    height: int


def check_image(
    data: bytes,
    kinds: Iterable[str],
    max_bytes: int,
    min_side: int = 1,
    max_side: int = LONGEST_SIDE,
    square: bool | None = None,
    shown_side: int = SHOWN_SIDE,
) -> CheckedImage:
    """The picture as it may be kept; larger ones are made to fit `shown_side` pixels.

    `kinds` are "jpeg", "png", "webp", decided by content and never by a name. `square`:
    True asks for a square, False for anything else. Raises `ImageRefused`.
    """
    if len(data) > max_bytes:
        raise ImageRefused("image_too_large", bytes=max_bytes)
    if not data:
        raise ImageRefused("image_broken")
    wanted = {
        "kinds": sorted(kinds),
        "min_side": min_side,
        "max_side": max_side,
        "square": square,
        "shown_side": shown_side,
    }
    header, _, content = _ask(json.dumps(wanted), data).partition(b"\n")
    answer = _answer(header)
    if refused := answer.get("refused"):
        raise ImageRefused(str(refused), min_side=min_side, max_side=max_side)
    return CheckedImage(
        content, str(answer["content_type"]), int(answer["width"]), int(answer["height"])
    )


def _ask(wanted: str, data: bytes) -> bytes:
    """What the worker says. One that dies or hangs was given more than a picture."""
    if not _free.acquire(timeout=MOST_SECONDS):
        raise ImageRefused("image_bomb")
    try:
        done = subprocess.run(
            (*WORKER, wanted),
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=MOST_SECONDS,
            env=_environment(),
            check=False,
        )
    except subprocess.TimeoutExpired as slow:
        raise ImageRefused("image_bomb") from slow
    finally:
        _free.release()
    return done.stdout


def _answer(header: bytes) -> dict[str, str]:
    try:
        return dict(json.loads(header))
    except ValueError as silent:
        raise ImageRefused("image_bomb") from silent


def _environment() -> dict[str, str]:
    """An environment that holds no secret."""
    paths = os.pathsep.join((str(PACKAGE.parent), *filter(None, sys.path)))
    return {"PYTHONPATH": paths, "LANG": "C.UTF-8"}
