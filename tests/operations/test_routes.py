"""Every route says whom it is for, and asks for a token where it changes something."""

import pytest

from portal.operations.routes import routes_of
from portal.web import mailbox


@pytest.fixture
def routes(app):
    return routes_of(app)


def test_every_route_has_an_audience(routes):
    assert [route for route in routes if route["audience"] is None] == []


def test_every_change_asks_for_a_token(routes):
    wrong = [
        route
        for route in routes
        if route["method"] == "POST"
        and not route["csrf"]
        and route["audience"] not in {"api", "callback"}
    ]
    assert wrong == []


def test_routes_answer_get_and_post_only(routes):
    assert {route["method"] for route in routes} <= {"GET", "POST"}


def test_a_path_is_of_the_audience_that_it_looks_like(routes):
    for route in routes:
        if route["path"].startswith("/dashboard"):
            assert route["audience"] in {"merchant", "public"}, route
        elif route["path"].startswith("/p/"):
            assert route["audience"] in {"customer", "public"}, route


def test_the_mailbox_exists_in_the_demo_only(app):
    assert mailbox.bp.name not in app.blueprints
