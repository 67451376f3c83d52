"""Whom an address stands for. Several customers of a merchant may share one."""

from peewee import ModelSelect, fn

from portal.billing.customers import Customer
from portal.billing.subscriptions import Subscription
from portal.prepared import Prepared
from portal.selfservice.portal_sessions import PortalSession


def _newest_running_first(merchant_id: str, email: str) -> ModelSelect:
    running = Subscription.select().where(
        (Subscription.customer == Customer.id) & Subscription.status.in_(Subscription.RUNNING)
    )
    return (
        Customer.with_email(merchant_id, email)
        .order_by(fn.EXISTS(running).desc(), Customer.id.desc())
        .limit(1)
    )


_of_address = Prepared(_newest_running_first, str, str)
_two_of_address = Prepared(
    lambda merchant_id, email: (
        Customer.select(Customer.id)
        .where((Customer.merchant == merchant_id) & (Customer.email == email))
        .limit(2)
        .tuples()
    ),
    str,
    str,
)


def customer_for(merchant_id: str, email: str) -> Customer | None:
    """The newest customer with that address and a running subscription, else the newest."""
    return _of_address.first(merchant_id, email)


def has_others(session: PortalSession) -> bool:
    """Whether there is anybody to switch to: asked on every visit, so in one short query."""
    if session.is_impersonated or not session.email:
        return False
    return bool(_two_of_address.all(session.merchant_id, session.email)[1:])


def other_customers(session: PortalSession) -> ModelSelect:
    """The customers that this session can be switched to, newest first."""
    return Customer.with_email(session.merchant_id, session.email).where(
        (Customer.id != session.customer_id)
        & (session.impersonator_id == "")
        & (session.email != "")
    )
