"""The project's own files, for tests that read them."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TypeVar

Node = TypeVar("Node", bound=ast.AST)

ROOT = Path(__file__).resolve().parents[2]
PORTAL = ROOT / "portal"
TEMPLATES = ROOT / "templates"


def modules(room: str = "") -> list[Path]:
    """Every Python file of a room (a folder or a single module), or of the whole package."""
    if not room:
        return sorted(PORTAL.rglob("*.py"))
    single = PORTAL / f"{room}.py"
    return [single] if single.exists() else sorted((PORTAL / room).rglob("*.py"))


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def nodes(path: Path, kind: type[Node]) -> Iterator[Node]:
    return (node for node in ast.walk(tree(path)) if isinstance(node, kind))


def templates(suffix: str = ".html") -> list[Path]:
    return sorted(TEMPLATES.rglob(f"*{suffix}"))


def name(path: Path) -> str:
    """How a test names a file when it complains."""
    return path.relative_to(ROOT).as_posix()
