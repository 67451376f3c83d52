"""Which views need nobody signed in. Everything else does: the blueprints deny by default."""

from collections.abc import Callable
from typing import TypeVar

from flask import current_app, request

View = TypeVar("View", bound=Callable[..., object])


def public(view: View) -> View:
    """Marks a view that anybody may see."""
    view.is_public = True  # type: ignore[attr-defined]
    return view


def reads_only(view: View) -> View:
    """Marks a POST that changes nothing of a customer, such as signing out."""
    view.reads_only = True  # type: ignore[attr-defined]
    return view


def is_public() -> bool:
    view = current_app.view_functions.get(request.endpoint or "")
    return bool(getattr(view, "is_public", False))


def is_reading() -> bool:
    view = current_app.view_functions.get(request.endpoint or "")
    return request.method in {"GET", "HEAD", "OPTIONS"} or bool(getattr(view, "reads_only", False))
