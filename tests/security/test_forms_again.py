"""A form that met a conflict is carried out once more, and only if nothing of it happened."""

import threading
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any

import pytest

from portal.billing.events import Event
from portal.billing.holding import hold
from portal.billing.subscriptions import Subscription
from portal.database import database, is_postgres, repeated, write
from portal.record import now
from portal.selfservice.portal_sessions import PortalSession
from portal.web.again import CONFLICT, Again
from tests.factories import a_subscription
from tests.security.test_batch_conflicts import somebody_waits
from tests.support.patience import PATIENCE, wait_until


@pytest.mark.usefixtures("own_database")
def test_a_form_that_met_a_conflict_is_answered_as_if_it_came_later(app, sign_in):
    if not is_postgres():
        pytest.skip("SQLite lets one writer in at a time")
    with database.connection_context():
        subscription = a_subscription(at=now())
        ada = sign_in(subscription.customer)
    is_held = threading.Event()

    def hold_in_the_wrong_order() -> None:
        with write():
            hold(Subscription, [subscription.id])
            if not is_held.is_set():
                is_held.set()
                assert wait_until(somebody_waits)
            # The form has marked itself as used in this session, and waits for the subscription.
            list(PortalSession.select().for_update("FOR UPDATE"))

    def other() -> None:
        with database.connection_context():
            repeated(hold_in_the_wrong_order)

    with ThreadPoolExecutor(1) as crowd:
        result = crowd.submit(other)
        assert is_held.wait(PATIENCE)
        answer = ada.post(f"/p/subscriptions/{subscription.id}/cancellation")
        result.result()

    assert answer.status_code == 303
    with database.connection_context():
        assert subscription.reload().is_ending
        scheduled = Event.type == "customer.subscription.cancellation_scheduled"
        assert Event.select().where(scheduled).count() == 1


class Inner:
    """An application that meets a conflict each time, after so many commits."""

    def __init__(self, commits: int = 0, *, is_conflict: bool = True) -> None:
        self.commits, self.is_conflict = commits, is_conflict
        self.bodies: list[bytes] = []

    def __call__(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        self.bodies.append(environ["wsgi.input"].read())
        for _ in range(self.commits):
            with write():
                pass
        if self.is_conflict:
            environ[CONFLICT] = True
        start_response(f"503 try {len(self.bodies)}", [])
        return [b"later"]


def sent(inner: Inner, method: str = "POST", body: bytes = b"a=1") -> list[str]:
    """The statuses that the server was told."""
    told: list[str] = []
    environ = {
        "REQUEST_METHOD": method,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": BytesIO(body),
    }
    with database.connection_context():
        Again(inner)(environ, lambda status, _: told.append(status))
    return told


@pytest.mark.usefixtures("own_database")
class TestHowOften:
    def test_a_conflict_is_tried_once_more_with_the_same_form(self):
        inner = Inner()
        assert sent(inner) == ["503 try 2"]
        assert inner.bodies == [b"a=1", b"a=1"]

    def test_what_was_committed_is_not_done_again(self):
        assert sent(Inner(commits=1)) == ["503 try 1"]

    def test_another_fault_is_told_at_once(self):
        assert sent(Inner(is_conflict=False)) == ["503 try 1"]

    def test_a_page_that_is_only_read_is_not_asked_for_again(self):
        assert sent(Inner(), "GET") == ["503 try 1"]

    def test_an_upload_is_not_kept_for_a_second_time(self):
        assert sent(Inner(), body=b"x" * 300_000) == ["503 try 1"]
