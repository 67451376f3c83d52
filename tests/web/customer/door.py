"""Somebody in front of the login page, with a browser and a mailbox."""

from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.delivery.jobs import Job
from portal.record import MICROSECOND, Record
from portal.selfservice.login_links import LoginLink
from portal.selfservice.portal_sessions import PortalSession
from portal.selfservice.sign_in_codes import SignInChallenge
from portal.throttle import RateCounter

MOMENTS: dict[type[Record], tuple[str, ...]] = {
    SignInChallenge: ("created_at", "expires_at"),
    PortalSession: ("created_at", "seen_at"),
}


class Door:
    def __init__(self, client: FlaskClient, link: LoginLink) -> None:
        self.client, self.link = client, link

    @property
    def path(self) -> str:
        return f"/p/login/{self.link.token}"

    def look(self, **query: str) -> TestResponse:
        return self.client.get(self.path, query_string=query)

    def ask(self, email: str, **more: Any) -> TestResponse:
        return self.client.post(self.path, data={"email": email, **more})

    def ask_again(self) -> TestResponse:
        return self.client.post(f"{self.path}/codes")

    def look_at_code_page(self) -> TestResponse:
        return self.client.get(f"{self.path}/code")

    def enter(self, code: str) -> TestResponse:
        return self.client.post(f"{self.path}/code", data={"code": code})

    def come_in(self, email: str, **more: Any) -> TestResponse:
        self.ask(email, **more)
        return self.enter(self.code())

    def code(self) -> str:
        """What the newest mail says, sent or not."""
        job = Job.select().where(Job.name == "send_sign_in_code").order_by(Job.id.desc()).get()
        keyring = self.client.application.extensions["keyring"]
        return str(keyring.unseal("sign_in_code", job.arguments["code"]))

    def wrong_code(self) -> str:
        code = self.code()
        return code[:-1] + str((int(code[-1]) + 1) % 10)


def let_pass(time: timedelta) -> None:
    """Security time is the real clock, so what happened is moved into the past instead."""
    for record, names in MOMENTS.items():
        for row in record.select():
            for name in names:
                setattr(row, name, getattr(row, name) - time)
            row.save()
    for counter in RateCounter.select():
        moments = [moment - time // MICROSECOND for moment in counter.moments]
        RateCounter.update(moments=moments).where(RateCounter.key == counter.key).execute()
