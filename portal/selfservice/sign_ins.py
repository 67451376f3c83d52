"""Signing in with a code: the code is used up and the session opened, or neither."""

from datetime import datetime

from portal.billing import events
from portal.billing.customers import Customer
from portal.billing.events import Actor, ActorKind
from portal.database import write
from portal.selfservice.portal_sessions import PortalSession
from portal.selfservice.sign_in_codes import SignInChallenge, clean_code
from portal.selfservice.sign_in_limits import Asker, SignInLimits
from portal.selfservice.sign_in_refusals import SignInRefused, TriesTooFrequent

LONGEST_USER_AGENT = 300


def sign_in(
    challenge: SignInChallenge,
    typed: str,
    *,
    asker: Asker,
    at: datetime,
    previous: PortalSession | None = None,
) -> tuple[PortalSession, str]:
    """A session of the challenge's customer, and the token for its cookie.

    `previous` is the session that this browser had: it ends. Where it had run out, and is
    of the same address, its customer is who comes back. Raises `CodeMalformed`, `CodeWrong`,
    `CodeExhausted`, `CodeOver`, `TriesTooFrequent`.
    """
    code = clean_code(typed, challenge.digits)
    limits = SignInLimits(challenge.merchant_id, challenge.email, asker, at)
    opened = None
    with write():
        if wait := limits.take_try():
            refusal: SignInRefused | None = TriesTooFrequent(seconds=wait)
        else:
            refusal = challenge.spend_attempt(code, asker.keyring, at=at)
            customer = _whom(challenge, previous, at) if refusal is None else None
            if customer:
                limits.count_success()
                opened = _open(challenge, customer, asker, previous, at)
            else:
                # Right by chance for an address without a customer: as wrong as any other.
                refusal = refusal or challenge.refuse()
                limits.count_failure()
    # Raised outside, where it cannot roll back what was counted.
    if opened is None:
        raise refusal or challenge.refuse()
    return opened


def _whom(
    challenge: SignInChallenge, previous: PortalSession | None, at: datetime
) -> Customer | None:
    if previous and previous.has_run_out(at) and previous.merchant_id == challenge.merchant_id:
        customer: Customer = previous.customer
        if customer.email == challenge.email and not previous.is_impersonated:
            return customer
    return challenge.recipient()


def _open(
    challenge: SignInChallenge,
    customer: Customer,
    asker: Asker,
    previous: PortalSession | None,
    at: datetime,
) -> tuple[PortalSession, str]:
    if previous and previous.ended_at is None:
        previous.end(at=at)
    events.set_actor(Actor(ActorKind.CUSTOMER, customer.id, customer.display_name))
    return PortalSession.open(
        customer,
        at=at,
        configuration=challenge.link.configuration_id,
        link=challenge.link_id,
        email=challenge.email,
        ip=asker.ip,
        user_agent=asker.user_agent[:LONGEST_USER_AGENT],
    )
