"""Templates as their authors wrote them: the HTML around the Jinja, with line numbers."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple

from jinja2 import Environment, nodes

SYNTAX = Environment(
    autoescape=True, extensions=["jinja2.ext.i18n", "jinja2.ext.do", "jinja2.ext.loopcontrols"]
)
TRANSLATES = {"_", "gettext", "ngettext", "pgettext", "npgettext"}
JINJA = re.compile(
    r"\{#.*?#\}"
    r"|\{%[-+]?\s*trans\b.*?endtrans\s*[-+]?%\}"
    r"|\{%.*?%\}"
    r"|\{\{.*?\}\}",
    re.DOTALL,
)
SENTENCE = re.compile(r"[A-Z][a-zA-Z’']+ [a-z]")


class Tag(NamedTuple):
    line: int
    name: str
    attributes: dict[str, str]


class Markup(HTMLParser):
    """The tags and texts of a template, Jinja taken out."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[Tag] = []
        self.texts: list[tuple[int, str]] = []
        self._silent = 0
        self.feed(without_jinja(source))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in {"script", "style"}
        self.tags.append(Tag(self.getpos()[0], tag, {key: value or "" for key, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in {"script", "style"}

    def handle_data(self, data: str) -> None:
        if not self._silent and data.strip():
            self.texts.append((self.getpos()[0], data.strip()))


def markup(path: Path) -> Markup:
    return Markup(path.read_text(encoding="utf-8"))


def without_jinja(source: str) -> str:
    """What is left where every Jinja tag prints nothing; lines keep their numbers."""
    return JINJA.sub(lambda found: "\n" * found[0].count("\n"), source)


def untranslated_sentences(source: str) -> Iterator[tuple[int, str]]:
    """Literal strings in Jinja expressions that read like words for people."""
    syntax = SYNTAX.parse(source)
    translated = {
        id(constant)
        for call in syntax.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name in TRANSLATES
        for constant in call.find_all(nodes.Const)
    }
    for constant in syntax.find_all(nodes.Const):
        if id(constant) not in translated and SENTENCE.match(str(constant.value)):
            yield constant.lineno, str(constant.value)
