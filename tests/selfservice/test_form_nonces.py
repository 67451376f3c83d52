"""A form is carried out once a session."""

import pytest

from portal.billing.errors import SubscriptionEnded
from portal.database import write
from portal.selfservice.configurations import PortalConfiguration
from portal.selfservice.form_nonces import FormNonce
from portal.selfservice.portal_sessions import PortalSession
from tests.factories import NOW, a_customer

pytestmark = pytest.mark.usefixtures("db")


def a_session() -> PortalSession:
    customer = a_customer()
    configuration = PortalConfiguration.default_of(customer.merchant)
    return PortalSession.open(customer, at=NOW, configuration=configuration)[0]


def test_a_form_counts_once():
    session = a_session()
    assert FormNonce.use(session, "abc /cancellation", at=NOW)
    assert not FormNonce.use(session, "abc /cancellation", at=NOW)


def test_other_forms_and_other_sessions_count_for_themselves():
    session = a_session()
    FormNonce.use(session, "abc /cancellation", at=NOW)
    assert FormNonce.use(session, "abc /reinstatement", at=NOW)
    assert FormNonce.use(session, "def /cancellation", at=NOW)
    assert FormNonce.use(a_session(), "abc /cancellation", at=NOW)


def test_a_refused_form_may_come_again():
    session = a_session()

    def refused() -> None:
        with write():
            FormNonce.use(session, "abc", at=NOW)
            raise SubscriptionEnded

    with pytest.raises(SubscriptionEnded):
        refused()
    assert FormNonce.use(session, "abc", at=NOW)


def test_only_a_digest_is_stored():
    session = a_session()
    FormNonce.use(session, "abc", at=NOW)
    assert FormNonce.get(FormNonce.session == session).form != "abc"
