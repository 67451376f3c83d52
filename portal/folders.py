"""Where templates, static files and translations are.

A wheel carries them inside the package; in a checkout they lie beside it.
"""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """The folder of that name: inside the package first, beside it second."""
    inside = PACKAGE / name
    return inside if inside.is_dir() else PACKAGE.parent / name
