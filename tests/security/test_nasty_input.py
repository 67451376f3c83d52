"""Every form of every page, filled in by somebody who means harm: never an error of ours."""

from html.parser import HTMLParser
from typing import Any, NamedTuple

import pytest

from portal.database import database
from tests.web.test_every_route import clients, path_of, routes, world

__all__ = ["clients", "world"]  # fixtures

NASTY = {
    "markup": "<script>alert(1)</script>\"'>",
    "a quote": "x' OR '1'='1' --",
    "wildcards": "%_\\",
    "lines": "a\r\nBcc: eve@example.test\r\n\r\nb",
    "much": "x" * 20_000,
    "a large number": "9" * 40,
    "below zero": "-1",
    "no number": "NaN",
    "an exponent": "1e400",
    "other digits": "١٢٣",
    "no date": "2026-02-30",
    "the last date": "9999-12-31",
    "the first date": "0001-01-01",
    "an id": "cus_" + "z" * 22,
    "another plane": "\U0001f600\u202e\u0301",
    "a template": "{{7*7}}{% x %}%(a)s%s{0}",
}
UNSTORABLE = {"NUL": "a%00b", "half a character": "%ed%a0%80"}


class Control(NamedTuple):
    name: str
    value: str
    is_typed: bool


class Form(NamedTuple):
    action: str
    controls: list[Control]


class Reader(HTMLParser):
    """The forms of a page that are sent by POST."""

    TYPED = frozenset({"text", "email", "tel", "url", "number", "search", "date", "password"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.form: Form | None = None
        self.select = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.form = Form(given.get("action", ""), [])
            if given.get("method", "").lower() == "post":
                self.forms.append(self.form)
        elif self.form is None:
            return
        elif tag == "textarea":
            self.add(given.get("name", ""), "", is_typed=True)
        elif tag == "select":
            self.select = given.get("name", "")
        elif tag == "option" and self.select and "selected" in given:
            self.add(self.select, given.get("value", ""))
        elif tag == "input" and given.get("type") != "file":
            kind = given.get("type", "text")
            if kind in {"radio", "checkbox"} and "checked" not in given:
                return
            self.add(given.get("name", ""), given.get("value", ""), is_typed=kind in self.TYPED)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = None
        elif tag == "select":
            self.select = ""

    def add(self, name: str, value: str, *, is_typed: bool = False) -> None:
        if name and self.form is not None:
            self.form.controls.append(Control(name, value, is_typed))


@pytest.fixture
def forms(app, world, clients) -> list[tuple[Any, str, Form]]:
    """Every form there is, once: the client that sees it, and its address."""
    found: dict[tuple[str, tuple[str, ...]], tuple[Any, str, Form]] = {}
    for rule in routes(app, "GET"):
        client = clients.get(rule.endpoint.partition(".")[0], clients["public"])
        path = path_of(app, rule, world)
        answer = client.get(path, follow_redirects=True)
        if answer.mimetype != "text/html":
            continue
        for form in Reader(answer.text).forms:
            names = tuple(control.name for control in form.controls)
            found.setdefault((form.action, names), (client, form.action or path, form))
    assert len(found) > 40
    return list(found.values())


def send(client: Any, path: str, data: Any, **more: Any) -> Any:
    """As if it had never been, afterwards: neither in the database nor in the browser."""
    cookies = dict(client._cookies)
    with database.atomic() as savepoint:
        answer = client.post(path, data=data, **more)
        savepoint.rollback()
    client._cookies = cookies
    return answer


@pytest.mark.parametrize("kind", NASTY)
def test_nothing_that_is_typed_breaks_a_form(forms, kind):
    for client, path, form in forms:
        typed = {one.name: NASTY[kind] if one.is_typed else one.value for one in form.controls}
        answer = send(client, path, typed)
        assert answer.status_code < 500, (path, typed)
        assert b"<script>alert" not in answer.data, path
        assert all(value.isprintable() for value in answer.headers.values()), path


@pytest.mark.parametrize("kind", ["a large number", "an id", "markup", "no number"])
def test_no_single_field_breaks_a_form_that_is_filled_in_otherwise(forms, kind):
    for client, path, form in forms:
        usual = {one.name: one.value or "12" for one in form.controls}
        for control in form.controls:
            if control.name == "csrf_token":
                continue
            answer = send(client, path, usual | {control.name: NASTY[kind]})
            assert answer.status_code < 500, (path, control.name)


def test_fields_that_come_twice_or_not_at_all_break_no_form(forms):
    for client, path, form in forms:
        twice = {one.name: [one.value, "x", "-1"] for one in form.controls}
        assert send(client, path, twice).status_code < 500, path
        assert send(client, path, {}).status_code < 500, path


def test_no_form_needs_all_its_fields(forms):
    for client, path, form in forms:
        usual = {one.name: one.value or "12" for one in form.controls}
        for left_out in usual:
            rest = {name: value for name, value in usual.items() if name != left_out}
            assert send(client, path, rest).status_code < 500, (path, left_out)


@pytest.mark.parametrize("kind", UNSTORABLE)
def test_what_neither_engine_can_store_is_refused_at_the_door(forms, kind):
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    for client, path, form in forms:
        body = "&".join(f"{one.name}={UNSTORABLE[kind]}" for one in form.controls)
        answer = send(client, path, body, headers=headers)
        assert answer.status_code < 500, (path, body)
        if kind == "NUL":
            assert answer.status_code == 400, (path, body)
