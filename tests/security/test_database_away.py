"""While the database is away, busy or full, people are asked to come back; then all goes on."""

import fcntl
import threading
import time

import pytest
from peewee import OperationalError

from portal import database as engines
from portal.database import database, write
from tests.factories import a_customer, a_login_link, a_user

SECRET_WORDS = "could not connect to postgresql://portal:hunter2@db/portal"


@pytest.fixture
def doors(app, sign_in, staff):
    """Somebody signed in on each side, and somebody who is not."""
    return {
        "/p/": sign_in(a_customer()),
        "/dashboard": staff(a_user()),
        f"/p/login/{a_login_link().token}": app.test_client(),
        "/p/no-such-page": sign_in(a_customer()),
    }


@pytest.mark.parametrize("broken", ["connect", "execute_sql"])
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_everybody_is_asked_to_come_back_and_told_nothing_else(doors, monkeypatch, broken, headers):
    def refuse(*_: object, **__: object) -> None:
        raise OperationalError(SECRET_WORDS)

    with monkeypatch.context() as patch:
        patch.setattr(database.obj, broken, refuse)
        if broken == "connect":
            patch.setattr(database.obj, "is_closed", lambda: True)
        for path, client in doors.items():
            answer = client.get(path, headers=headers)
            assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5"), path
            assert answer.headers["Cache-Control"] == "no-store"
            assert answer.headers["X-Request-Id"].startswith("req_")
            assert not any(word in answer.text for word in ("postgres", "hunter2", "Traceback"))

    for path, client in doors.items():
        assert client.get(path).status_code in {200, 404}


def test_the_process_is_up_although_the_database_is_not(client, monkeypatch):
    def refuse(*_: object, **__: object) -> None:
        raise OperationalError(SECRET_WORDS)

    monkeypatch.setattr(database.obj, "execute_sql", refuse)

    assert client.get("/healthz").status_code == 200
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json["database"]) == (503, "unavailable")
    assert "hunter2" not in ready.text


def test_a_fault_of_ours_is_a_page_without_its_cause(client, sign_in, monkeypatch):
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("SELECT secret FROM portal/web/customer/home.py")

    member = sign_in(a_customer())
    monkeypatch.setattr("portal.web.customer.home.current_rows", fail)

    answer = member.get("/p/")

    assert answer.status_code == 500
    assert answer.headers["X-Request-Id"] in answer.text
    assert not any(word in answer.text for word in ("SELECT", "home.py", "RuntimeError"))


@pytest.fixture
def gate(tmp_path, monkeypatch):
    gate = engines._Gate()
    gate.use(str(tmp_path / "portal.db"))
    monkeypatch.setattr(engines, "LONGEST_WAIT", 0.2)
    return gate


def test_a_writer_waits_for_another_process_but_not_for_ever(gate):
    with open(gate._path, "ab") as other:  # noqa: PTH123
        fcntl.flock(other, fcntl.LOCK_EX)
        began = time.monotonic()
        with pytest.raises(OperationalError), gate.opened():
            pass
        assert time.monotonic() - began >= 0.2
    with gate.opened():
        pass


def test_a_writer_waits_for_another_thread_but_not_for_ever(gate):
    inside, over = threading.Event(), threading.Event()

    def write_for_long() -> None:
        with gate.opened():
            inside.set()
            over.wait(60)

    thread = threading.Thread(target=write_for_long)
    thread.start()
    inside.wait(60)
    with pytest.raises(OperationalError), gate.opened():
        pass
    over.set()
    thread.join()
    with gate.opened():
        pass


def test_a_transaction_that_fails_lets_the_next_one_in(db):
    def fail() -> None:
        with write():
            raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011
        fail()
    with write():
        assert a_customer().reload()
