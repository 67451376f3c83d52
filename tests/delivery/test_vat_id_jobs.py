"""From a VAT id that is typed to the answer of the register, and what it changes."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from portal.accounts.settings import change_merchant
from portal.billing.customer_tax_ids import TaxId, add_tax_id, remove_tax_id, tax_ids_of
from portal.billing.customers import Customer
from portal.billing.events import Event
from portal.billing.tax_ids import TaxIdVerification
from portal.billing.tax_treatment import treatment
from portal.delivery.jobs import Job
from tests.factories import NOW, a_customer, a_merchant
from tests.support.fake_vies import NIGHT, FakeVies

KNOWN, UNKNOWN, OWN = "FR40303265045", "FR61954506077", "DE136695976"
LATER = NOW + timedelta(hours=3)


@pytest.fixture
def register() -> Iterator[FakeVies]:
    with FakeVies({KNOWN, OWN}) as fake:
        yield fake


@pytest.fixture
def customer(db: None) -> Customer:
    merchant = a_merchant(is_sandbox=False, vat_id=OWN)
    return a_customer(merchant=merchant, country="FR")


def category(customer: Customer) -> str:
    ids = tax_ids_of(customer)
    return treatment(customer.merchant, customer, ids, "digital_service", NOW).category


def test_a_confirmed_id_is_kept_with_its_proof(customer, run_once, register):
    added = add_tax_id(customer, "eu_vat", KNOWN, at=NOW)
    assert added.verification == TaxIdVerification.NOT_ASKED

    assert run_once(vies_url=register.url).is_clean

    stored = added.reload()
    assert stored.verification == TaxIdVerification.VALID
    assert stored.verified_at == NOW
    assert stored.proof["requestIdentifier"] == "WAPIAAAAZk3Nd8cT"
    assert category(customer) == "AE"
    assert Event.select().where(Event.type == "customer.tax_id.verified").count() == 1


def test_a_refuted_id_is_charged_vat_from_then_on(customer, run_once, register):
    added = add_tax_id(customer, "eu_vat", UNKNOWN, at=NOW)
    assert category(customer) == "AE"

    run_once(vies_url=register.url)

    assert added.reload().verification == TaxIdVerification.INVALID
    assert category(customer) == "S"
    assert Event.get(Event.type == "customer.tax_id.refuted").customer_id == customer.id


def test_a_closed_register_is_asked_again(customer, run_once, register):
    added = add_tax_id(customer, "eu_vat", KNOWN, at=NOW)
    register.say(NIGHT, 500)
    run_once(vies_url=register.url)
    assert added.reload().verification == TaxIdVerification.PENDING
    assert Job.get(Job.name == "verify_tax_id").run_at > NOW

    run_once(LATER, vies_url=register.url)
    assert added.reload().verification == TaxIdVerification.VALID
    assert not Job.select().where(Job.name == "verify_tax_id").exists()


@pytest.mark.parametrize(("kind", "value"), [("de_stn", "181/815/08155"), ("gb_vat", "980780684")])
def test_other_kinds_are_not_asked_about(customer, run_once, register, kind, value):
    add_tax_id(customer, kind, value, at=NOW)
    assert run_once(vies_url=register.url).is_clean
    assert register.questions == []


def test_an_id_that_is_gone_is_not_asked_about(customer, run_once, register):
    remove_tax_id(add_tax_id(customer, "eu_vat", KNOWN, at=NOW), at=NOW)
    assert run_once(vies_url=register.url).is_clean
    assert register.questions == []


def test_without_a_register_nothing_is_said(customer, run_once):
    added = add_tax_id(customer, "eu_vat", KNOWN, at=NOW)
    assert run_once(vies_url="").is_clean
    assert added.reload().verification == TaxIdVerification.NOT_ASKED


@pytest.mark.parametrize(
    ("value", "said"), [(KNOWN, TaxIdVerification.VALID), ("IE6433435F", TaxIdVerification.VALID)]
)
def test_a_sandbox_asks_nobody(run_once, register, value, said):
    added = add_tax_id(a_customer(country="FR"), "eu_vat", value, at=NOW)
    run_once(vies_url=register.url)

    assert register.questions == []
    assert added.reload().verification == said
    assert added.reload().proof["is_simulated"]


def test_a_sandbox_does_not_know_ids_that_end_in_nought(run_once):
    added = add_tax_id(a_customer(), "eu_vat", "DE136690010", at=NOW)
    run_once()
    assert added.reload().verification == TaxIdVerification.INVALID


def test_the_merchants_own_id_is_checked_when_it_changes(
    db: None, run_once: Callable[..., object], register: FakeVies
) -> None:
    merchant = a_merchant(is_sandbox=False)
    change_merchant(merchant, at=NOW, vat_id=OWN)
    run_once(vies_url=register.url)

    merchant = merchant.reload()
    assert merchant.vat_id_verification == TaxIdVerification.VALID
    assert merchant.vat_id_verified_at == NOW

    change_merchant(merchant, at=LATER, vat_id="")
    assert merchant.reload().vat_id_verification == TaxIdVerification.NOT_ASKED
    assert merchant.reload().vat_id_proof == {}


def test_a_change_of_something_else_asks_nobody(db, run_once, register):
    change_merchant(a_merchant(is_sandbox=False, vat_id=OWN), at=NOW, phone="030 1")
    run_once(vies_url=register.url)
    assert register.questions == []


def test_an_answer_about_a_former_id_is_dropped(db, run_once, register):
    merchant = a_merchant(is_sandbox=False)
    change_merchant(merchant, at=NOW, vat_id=OWN)
    change_merchant(merchant, at=NOW, vat_id="")
    run_once(vies_url=register.url)

    assert merchant.reload().vat_id_verification == TaxIdVerification.NOT_ASKED
    assert TaxId.select().count() == 0
