"""Every message of the product, collected as `make translations` does.

Run as a program it writes translations/messages.pot. Neither dates nor places
go into that file: they would change with every line and hide what did.
"""

import tomllib
from functools import cache
from io import BytesIO
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import write_po

from tests.support.source import ROOT

POT = ROOT / "translations/messages.pot"
KEYWORDS: dict[str, Any] = {
    **DEFAULT_KEYWORDS,
    "_l": None,
    "lazy_gettext": None,
    "lazy_ngettext": (1, 2),
    "lazy_pgettext": ((1, "c"), 2),
}


@cache
def extracted() -> Catalog:
    """The messages of code and templates as they are now."""
    methods, options = _mappings()
    catalog = Catalog(project="Portal", charset="utf-8", fuzzy=False)
    for folder in ("portal", "templates"):
        for found in extract_from_dir(
            ROOT / folder,
            method_map=[
                (p.removeprefix(f"{folder}/"), m) for p, m in methods if p.startswith(folder)
            ],
            options_map={p.removeprefix(f"{folder}/"): o for p, o in options.items()},
            keywords=KEYWORDS,
            comment_tags=("Translators:",),
            strip_comment_tags=False,
        ):
            _, _, message, comments, context = found
            catalog.add(message, auto_comments=comments, context=context)
    return catalog


def _mappings() -> tuple[list[tuple[str, str]], dict[str, dict[str, Any]]]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    methods, options = [], {}
    for mapping in settings["tool"]["babel"]["mappings"]:
        methods.append((mapping["pattern"], mapping["method"]))
        options[mapping["pattern"]] = {
            key: value for key, value in mapping.items() if key not in {"pattern", "method"}
        }
    return methods, options


def as_text(catalog: Catalog) -> str:
    """The template file of a catalogue."""
    target = BytesIO()
    write_po(target, catalog, width=0, no_location=True, omit_header=True, sort_output=True)
    return target.getvalue().decode()


if __name__ == "__main__":
    POT.parent.mkdir(exist_ok=True)
    POT.write_text(as_text(extracted()), encoding="utf-8")
    print(f"{len(extracted())} messages")
