import re
from datetime import timedelta

import pytest
import time_machine

from portal.accounts import passwords
from portal.accounts.users import DashboardSession
from portal.record import now
from tests.factories import a_user
from tests.web.dashboard.conftest import PASSWORD

PROFILE = "/dashboard/settings/profile"
TYPED = {"name": "Ada, after a long while", "locale": "en"}


@pytest.fixture
def user(app):
    return a_user(email="ada@example.test", password_hash=passwords.hashed(PASSWORD))


def sign_in(client, email="ada@example.test"):
    page = client.get("/dashboard/sign-in").text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1]
    form = {"email": email, "password": PASSWORD}
    return client.post("/dashboard/sign-in", data=form, headers={"X-CSRFToken": token})


def sent_too_late(client, path=PROFILE, **form):
    """A form that was opened in time and sent an hour too late."""
    client.get(PROFILE)
    token = client.token()
    with time_machine.travel(now() + timedelta(hours=2), tick=False):
        headers = {"X-CSRFToken": token, "Referer": f"http://localhost:5000{PROFILE}"}
        answer = client.post(path, data=form or TYPED, headers=headers)
        return answer, sign_in(client), client.get("/dashboard/draft")


def test_what_was_typed_survives_the_end_of_the_session(user, staff):
    answer, entered, page = sent_too_late(staff(user))
    assert answer.location == "/dashboard/sign-in?next=/dashboard/settings/profile"
    assert entered.location == "/dashboard/draft"
    assert TYPED["name"] in page.text
    assert f'action="{PROFILE}"' in page.text
    assert user.reload().name == "", "it was saved without being sent again"


def test_it_is_sent_again_by_one_press(user, staff):
    client = staff(user)
    _, _, page = sent_too_late(client)
    fields = dict(
        re.findall(r'<input type="hidden" name="(name|locale)" value="([^"]*)"', page.text)
    )
    with time_machine.travel(now() + timedelta(hours=2)):
        assert client.post(PROFILE, data=fields).location == PROFILE
    assert user.reload().name == TYPED["name"]


def test_it_can_be_discarded(user, staff):
    client = staff(user)
    sent_too_late(client)
    with time_machine.travel(now() + timedelta(hours=2)):
        client.post("/dashboard/draft/deletion")
        assert client.get("/dashboard/draft").location == "/dashboard"


def test_somebody_else_does_not_get_to_see_it(user, staff):
    other = a_user(email="eve@example.test", password_hash=user.password_hash)
    client = staff(user)
    client.get(PROFILE)
    token = client.token()
    with time_machine.travel(now() + timedelta(hours=2)):
        client.post(PROFILE, data=TYPED, headers={"X-CSRFToken": token})
        assert sign_in(client, other.email).location == "/dashboard"
        assert client.get("/dashboard/draft").location == "/dashboard"


def test_what_a_foreign_page_sent_is_never_kept(user, staff):
    client = staff(user)
    with time_machine.travel(now() + timedelta(hours=2)):
        client.post(PROFILE, data=TYPED, headers={"X-CSRFToken": "nonce.forged"})
        assert sign_in(client).location == "/dashboard"


def test_passwords_are_never_kept(user, staff):
    form = {"current": PASSWORD, "password": "fünf Zwetschgen im Korb"}
    _, entered, _ = sent_too_late(staff(user), f"{PROFILE}/password", **form)
    assert entered.location == "/dashboard"
    assert not any(session.draft for session in DashboardSession.select())


def test_it_is_stored_sealed(user, staff):
    sent_too_late(staff(user))
    drafts = [session.draft for session in DashboardSession.select() if session.draft]
    assert drafts
    assert all("Ada" not in draft for draft in drafts)


def test_a_change_without_a_session_leads_to_sign_in_and_nowhere_foreign(client):
    headers = {"Referer": "https://evil.test/dashboard"}
    answer = client.post(PROFILE, data=TYPED, headers=headers)
    assert answer.location == "/dashboard/sign-in?next=/dashboard"
