"""The house as the README draws it: who may import whom, what the domain may know, and sizes."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.source import PORTAL, modules, name, nodes, tree

# ── rooms: arrows point down only ───────────────────────────────────────────────────────────────

FOUNDATION = {
    "config",
    "crypto",
    "database",
    "folders",
    "i18n",
    "ids",
    "prepared",
    "qr_codes",
    "record",
    "statements",
    "throttle",
    "logs",
    "schema",
}
# Of the foundation, what the domain may use: no settings, no secrets, no words.
RECORDS = {"database", "ids", "prepared", "record", "statements"}
# How values of the domain read: above it, below everything that is read by people.
WORDING = {"addresses", "formatting"}

BELOW_DELIVERY = FOUNDATION | {"billing", "files", "selfservice", "accounts"}
BELOW_PAGES = BELOW_DELIVERY | WORDING | {"documents", "gateways", "delivery", "images"}

MAY_IMPORT = {
    **dict.fromkeys(FOUNDATION, FOUNDATION),
    **dict.fromkeys(WORDING, FOUNDATION | WORDING | {"billing"}),
    "billing": RECORDS | {"billing"},
    # Files belong to a merchant, so they lie above the domain that knows what one is.
    "files": FOUNDATION | {"billing", "files"},
    "images": FOUNDATION | {"billing", "files", "images"},
    "selfservice": FOUNDATION | {"billing", "files", "selfservice"},
    "accounts": FOUNDATION | {"billing", "accounts"},
    "gateways": BELOW_DELIVERY | {"gateways"},
    "documents": BELOW_DELIVERY | WORDING | {"documents"},
    # What leaves carries documents along, and its jobs hand gateways to the domain.
    "delivery": BELOW_PAGES,
    "migrations": set(),
    "web": BELOW_PAGES | {"web"},
    "api": BELOW_PAGES | {"api"},
}
# Where all rooms meet: they may import everything, and nobody but each other imports them.
MEETING_PLACES = {"__init__", "__main__", "app", "cli", "commands", "demo", "operations", "records"}

AUDIENCES = ("customer", "dashboard", "exits", "callbacks")

WEB_PACKAGES = {
    "flask",
    "flask_babel",
    "flask_login",
    "flask_wtf",
    "htmx_flask",
    "werkzeug",
    "wtforms",
}
OUTSIDE_PACKAGES = {
    "babel",
    "http",
    "jinja2",
    "requests",
    "smtplib",
    "socket",
    "ssl",
    "stripe",
    "urllib3",
}
WITHOUT_WEB = (
    *("billing", "files", "images", "selfservice", "accounts", "gateways", "documents"),
    *sorted(FOUNDATION | WORDING),
)


def imports(path: Path) -> Iterator[str]:
    for node in nodes(path, ast.Import):
        yield from (alias.name for alias in node.names)
    for node in nodes(path, ast.ImportFrom):
        if node.module == "portal":
            yield from (f"portal.{alias.name}" for alias in node.names)
        else:
            yield node.module or ""


@pytest.mark.parametrize("room", sorted(MAY_IMPORT))
def test_rooms_import_only_what_lies_below_them(room: str):
    wrong = [
        f"{name(path)} imports {imported}"
        for path in modules(room)
        for imported in imports(path)
        if imported.startswith("portal.") and imported.split(".")[1] not in MAY_IMPORT[room]
    ]
    assert wrong == []


def test_every_room_is_on_the_map():
    found = {
        path.stem
        for path in PORTAL.iterdir()
        if path.suffix == ".py" or (path.is_dir() and any(path.glob("*.py")))
    }
    assert found - set(MAY_IMPORT) - MEETING_PLACES == set()


def test_imports_are_absolute():
    wrong = [
        f"{name(path)}:{node.lineno}"
        for path in modules()
        for node in nodes(path, ast.ImportFrom)
        if node.level
    ]
    assert wrong == []


@pytest.mark.parametrize("audience", AUDIENCES)
def test_pages_of_one_audience_do_not_know_those_of_another(audience: str):
    others = {other for other in AUDIENCES if other != audience}
    wrong = [
        f"{name(path)} imports {imported}"
        for path in modules(f"web/{audience}")
        for imported in imports(path)
        if imported.startswith("portal.web.") and imported.split(".")[2] in others
    ]
    assert wrong == []


@pytest.mark.parametrize("room", WITHOUT_WEB)
def test_rules_and_documents_know_no_request(room: str):
    assert list(foreign_imports(room, WEB_PACKAGES)) == []


def test_the_domain_knows_no_network_and_no_words():
    assert list(foreign_imports("billing", OUTSIDE_PACKAGES)) == []


def test_the_api_knows_no_form_and_no_template():
    assert list(foreign_imports("api", {"flask_wtf", "wtforms", "jinja2"})) == []


def foreign_imports(room: str, forbidden: set[str]) -> Iterator[str]:
    for path in modules(room):
        for imported in imports(path):
            if imported.split(".")[0] in forbidden:
                yield f"{name(path)} imports {imported}"


# ── the domain: exact, and told the time ────────────────────────────────────────────────────────


def test_the_domain_knows_no_floating_point():
    wrong = [
        f"{name(path)}:{node.lineno}"
        for path in modules("billing")
        for node in ast.walk(tree(path))
        if (isinstance(node, ast.Constant) and isinstance(node.value, float))
        or (isinstance(node, ast.Name) and node.id == "float")
    ]
    assert wrong == []


@pytest.mark.parametrize("room", ["billing", "documents"])
def test_the_domain_is_handed_the_moment(room: str):
    clocks = {"now", "utcnow", "today", "time_ns"}
    wrong = [
        f"{name(path)}:{node.lineno} reads a clock"
        for path in modules(room)
        for node in nodes(path, ast.Call)
        if isinstance(node.func, ast.Attribute) and node.func.attr in clocks
    ]
    assert wrong == []


# ── pages: noun resources, words that cannot become markup ──────────────────────────────────────

VIEW_NAMES = {"index", "show", "new", "create", "edit", "update", "destroy"}


@pytest.mark.parametrize("audience", AUDIENCES)
def test_views_are_named_by_what_they_do_to_a_resource(audience: str):
    wrong = [
        f"{name(path)}:{view.lineno} {view.name}"
        for path in modules(f"web/{audience}")
        for view, _ in views(path)
        if view.name not in VIEW_NAMES
    ]
    assert wrong == []


def test_views_answer_get_or_post_and_say_which():
    wrong = [
        f"{name(path)}:{view.lineno} {view.name}"
        for path in modules("web")
        for view, method in views(path)
        if method not in {"get", "post"}
    ]
    assert wrong == []


def views(path: Path) -> Iterator[tuple[ast.FunctionDef, str]]:
    """Every function with a `@bp.get(…)` or the like, and the word after the dot."""
    for function in nodes(path, ast.FunctionDef):
        for decorator in function.decorator_list:
            call = decorator.func if isinstance(decorator, ast.Call) else None
            if isinstance(call, ast.Attribute) and call.attr in {
                *("get", "post", "put", "patch", "delete", "route")
            }:
                yield function, call.attr


# Where text is declared to be markup already, and why that is safe.
MAKES_MARKUP = {
    "portal/web/csrf.py": "a constant tag, into which format() puts escaped values",
}


def test_text_is_declared_markup_only_where_it_is_known_to_be():
    found = {
        name(path)
        for path in modules()
        for node in nodes(path, ast.Call)
        if getattr(node.func, "id", getattr(node.func, "attr", "")) == "Markup"
    }
    assert found - set(MAKES_MARKUP) == set(), "escape it, or say in MAKES_MARKUP why it is safe"
    assert set(MAKES_MARKUP) - found == set(), "no longer needed"


def test_lazy_messages_carry_no_values():
    """flask-babel hands a lazy message to Jinja unescaped, values included."""
    wrong = [
        f"{name(path)}:{node.lineno}"
        for path in modules()
        for node in nodes(path, ast.Call)
        if getattr(node.func, "id", "") in {"_l", "lazy_gettext"} and node.keywords
    ]
    assert wrong == []


# ── sizes ───────────────────────────────────────────────────────────────────────────────────────

LONGEST_MODULE = 250
LONGEST_FUNCTION = 40
# "path" or "path:function" -> why it is better in one piece.
LONG_ON_PURPOSE: dict[str, str] = {}


def test_modules_fit_into_one_head():
    long = {
        name(path): count
        for path in modules()
        if "migrations" not in path.parts
        and (count := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST_MODULE
    }
    assert {key: count for key, count in long.items() if key not in LONG_ON_PURPOSE} == {}


def test_functions_fit_on_a_screen():
    long = {
        f"{name(path)}:{function.name}": lines
        for path in modules()
        if "migrations" not in path.parts
        for function in nodes(path, ast.FunctionDef)
        if (lines := (function.end_lineno or 0) - function.lineno + 1) > LONGEST_FUNCTION
    }
    assert {key: lines for key, lines in long.items() if key not in LONG_ON_PURPOSE} == {}
