from datetime import timedelta

import pytest

from portal.accounts import password_resets
from portal.accounts.account_tokens import AccountToken, TokenSpent
from portal.accounts.users import ABSOLUTE, IDLE, DashboardSession
from portal.billing.events import Event
from tests.factories import NOW, a_user

MINUTE = timedelta(minutes=1)


def test_a_session_ends_after_an_hour_without_activity(db: None):
    session, token = DashboardSession.open(a_user(), at=NOW)
    assert DashboardSession.find(token, at=NOW + IDLE - MINUTE)
    session.touch(at=NOW + IDLE - MINUTE)
    assert DashboardSession.find(token, at=NOW + IDLE + MINUTE)
    assert not DashboardSession.find(token, at=NOW + IDLE + IDLE)


def test_a_session_ends_after_twelve_hours_of_activity(db: None):
    session, token = DashboardSession.open(a_user(), at=NOW)
    at = NOW
    while at < NOW + ABSOLUTE - MINUTE:
        at += timedelta(minutes=50)
        session.touch(at=at)
    assert not DashboardSession.find(token, at=NOW + ABSOLUTE)


def test_activity_is_written_once_a_minute(db: None):
    session, _ = DashboardSession.open(a_user(), at=NOW)
    session.touch(at=NOW + timedelta(seconds=59))
    assert session.reload().seen_at == NOW
    session.touch(at=NOW + MINUTE)
    assert session.reload().seen_at == NOW + MINUTE


def test_the_token_of_a_session_is_not_stored(db: None):
    session, token = DashboardSession.open(a_user(), at=NOW)
    assert token not in str(session.__data__)
    assert not DashboardSession.find(session.token_digest, at=NOW)


def test_a_new_password_ends_the_other_sessions(db: None):
    user = a_user()
    here, token = DashboardSession.open(user, at=NOW)
    _, elsewhere = DashboardSession.open(user, at=NOW)
    _, of_another = DashboardSession.open(a_user(), at=NOW)
    user.take_password("hash", at=NOW, keep=here)
    assert DashboardSession.find(token, at=NOW)
    assert not DashboardSession.find(elsewhere, at=NOW)
    assert DashboardSession.find(of_another, at=NOW)
    assert Event.get(Event.type == "user.password_changed").object_id == user.id


def test_running_sessions_are_listed_latest_first(db: None):
    user = a_user()
    first, _ = DashboardSession.open(user, at=NOW)
    second, _ = DashboardSession.open(user, at=NOW + MINUTE)
    ended, _ = DashboardSession.open(user, at=NOW)
    ended.end(at=NOW)
    DashboardSession.open(user, at=NOW - IDLE * 2)
    listed = DashboardSession.running(user, at=NOW + MINUTE)
    assert [session.id for session in listed] == [second.id, first.id]


def test_signing_in_is_on_record_with_the_one_who_did(db: None):
    user = a_user(name="Ada")
    DashboardSession.sign_in(user, at=NOW)
    event = Event.get(Event.type == "user.signed_in")
    assert (event.actor_kind, event.actor_id, event.actor_name) == ("member", user.id, "Ada")


# ── a forgotten password ────────────────────────────────────────────────────────────────────────


def test_a_reset_takes_the_new_password_and_ends_every_session(db: None):
    user = a_user(password_hash="old")
    _, session = DashboardSession.open(user, at=NOW)
    token = password_resets.ask(user, at=NOW)
    assert password_resets.user_of(token, at=NOW) == user
    password_resets.reset(token, "new", at=NOW)
    assert user.reload().password_hash == "new"
    assert not DashboardSession.find(session, at=NOW)


def test_a_reset_works_once_and_kills_the_others(db: None):
    user = a_user()
    first, second = password_resets.ask(user, at=NOW), password_resets.ask(user, at=NOW)
    password_resets.reset(first, "new", at=NOW)
    for token in (first, second):
        with pytest.raises(TokenSpent):
            password_resets.reset(token, "newer", at=NOW)
    assert user.reload().password_hash == "new"


def test_a_reset_works_for_thirty_minutes(db: None):
    token = password_resets.ask(a_user(), at=NOW)
    with pytest.raises(TokenSpent):
        password_resets.user_of(token, at=NOW + timedelta(minutes=30))
    assert password_resets.user_of(token, at=NOW + timedelta(minutes=29))


def test_five_resets_a_day_and_no_more(db: None):
    user = a_user()
    assert all(password_resets.ask(user, at=NOW) for _ in range(5))
    assert password_resets.ask(user, at=NOW + timedelta(hours=23)) is None
    assert password_resets.ask(a_user(), at=NOW)
    assert password_resets.ask(user, at=NOW + timedelta(hours=24, seconds=1))


def test_nobody_gets_no_token_but_the_same_work_is_done(db: None):
    assert password_resets.ask(None, at=NOW) is None
    assert AccountToken.select().count() == 1


def test_an_invitation_lasts_a_day(db: None):
    user = a_user(password_hash="")
    token = password_resets.invite(user, at=NOW)
    assert password_resets.user_of(token, at=NOW + timedelta(hours=23)) == user


def test_old_tokens_are_swept_away(db: None):
    password_resets.ask(a_user(), at=NOW)
    assert AccountToken.sweep(NOW + timedelta(hours=1)) == 0
    assert AccountToken.sweep(NOW + timedelta(days=2)) == 1
