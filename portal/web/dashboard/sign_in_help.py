"""Why did the code not arrive? What was asked for with an address, and what became of it."""

from datetime import datetime
from typing import Any, NamedTuple

from flask import Blueprint
from flask_babel import gettext as _

from portal.billing.customers import Customer
from portal.delivery.jobs import Job
from portal.record import now
from portal.selfservice.login_links import LoginLink
from portal.selfservice.portal_sessions import PortalSession
from portal.selfservice.sign_in_codes import SignInChallenge
from portal.selfservice.sign_in_people import customer_for
from portal.web.dashboard.scope import the_customer, the_merchant
from portal.web.pages import render_page

bp = Blueprint("sign_in_help", __name__, url_prefix="/customers/<customer_id>/sign-in-help")

MOST_CODES = 10
CODE_JOB = "send_sign_in_code"


class Asked(NamedTuple):
    """A code that was asked for: when, and what became of it in words and tone."""

    at: datetime
    words: str
    tone: str


@bp.get("")
def show(customer_id: str) -> Any:
    customer = the_customer(customer_id)
    signed_in = (
        PortalSession.select()
        .where((PortalSession.customer == customer) & (PortalSession.impersonator_id == ""))
        .order_by(PortalSession.id.desc())
        .first()
    )
    return render_page(
        "dashboard/customers/sign_in_help.html",
        customer=customer,
        has_link=LoginLink.active_of_merchant(the_merchant()) is not None,
        recipient=customer_for(customer.merchant_id, customer.email),
        asked=asked_for(customer, at=now()),
        last_sign_in=signed_in.created_at if signed_in else None,
    )


def asked_for(customer: Customer, *, at: datetime) -> list[Asked]:
    """The newest first; they are kept for a day."""
    challenges = (
        SignInChallenge.select()
        .where(
            (SignInChallenge.merchant == customer.merchant_id)
            & (SignInChallenge.email == customer.email)
        )
        .order_by(SignInChallenge.created_at.desc())
        .limit(MOST_CODES)
    )
    jobs = {
        job.arguments.get("challenge_id"): job
        for job in Job.select().where(
            (Job.merchant == customer.merchant_id) & (Job.name == CODE_JOB)
        )
    }
    return [
        Asked(challenge.created_at, *outcome(challenge, jobs.get(challenge.id), at))
        for challenge in challenges
    ]


def outcome(challenge: SignInChallenge, job: Job | None, at: datetime) -> tuple[str, str]:
    if challenge.used_at:
        return _("The code was used to sign in."), "success"
    if job and job.attempts:
        return _("The mail server did not take the email yet. It is tried again."), "danger"
    if job:
        return _("The email waits to be sent."), "warning"
    if not challenge.attempts_left:
        return _("The email was sent. The code was typed wrongly five times."), "warning"
    if not challenge.is_live(at):
        return _("The email was sent. The code was not used in time."), "neutral"
    return _("The email was sent. The code can still be used."), "info"
