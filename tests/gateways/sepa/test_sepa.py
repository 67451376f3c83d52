"""Direct debits: mandates, days, files for the bank, and what comes back."""

from datetime import date, timedelta
from xml.etree.ElementTree import fromstring

import pytest

from portal.billing.events import Event
from portal.billing.gateway import GatewayUnavailable, PaymentStatus, RefundStatus
from portal.billing.invoices import InvoiceStatus
from portal.billing.money import Money
from portal.billing.payment_method_setups import payer_of
from portal.gateways.accounts import ProviderAccount
from portal.gateways.bank_transfer import outgoing
from portal.gateways.bank_transfer.records import BankTransaction, OutgoingTransfer
from portal.gateways.sepa import batches, collecting, mandates, target_days, texts
from portal.gateways.sepa.batches import BatchOvertaken, NothingToCollect, export
from portal.gateways.sepa.gateway import end_to_end_id
from portal.gateways.sepa.mandates import Acceptance, IbanMalformed
from portal.gateways.sepa.records import SepaBatch, SepaCollection, SepaMandate
from tests.factories import NOW, a_customer
from tests.gateways.bank_transfer.files import a_transfer, camt054
from tests.gateways.bank_transfer.statements import a_statement, confirmed
from tests.gateways.sepa.debits import IBAN, Debits, a_guest_setup

LATE = date(2026, 12, 31)
SPACE = {"p": "urn:iso:std:iso:20022:tech:xsd:pain.008.001.08"}


@pytest.fixture
def debits(db) -> Debits:
    return Debits()


def submitted(debits: Debits) -> SepaBatch:
    return export(debits.merchant, LATE, actor_name="Mara", at=debits.time)


# ── days ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("year", "month", "day"),
    [(2024, 3, 31), (2025, 4, 20), (2026, 4, 5), (2027, 3, 28), (2038, 4, 25), (2049, 4, 18)],
)
def test_easter_is_where_the_church_puts_it(year, month, day):
    assert target_days.easter_sunday(year) == date(year, month, day)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (date(2026, 3, 24), date(2026, 3, 24)),
        (date(2026, 3, 28), date(2026, 3, 30)),
        (date(2026, 4, 3), date(2026, 4, 7)),  # Good Friday to the Tuesday after Easter
        (date(2026, 5, 1), date(2026, 5, 4)),
        (date(2026, 12, 25), date(2026, 12, 28)),
        (date(2027, 1, 1), date(2027, 1, 4)),
    ],
)
def test_money_moves_on_business_days_only(asked, found):
    assert target_days.business_day_from(asked) == found


# ── mandates ────────────────────────────────────────────────────────────────────────────────────


def test_a_mandate_keeps_who_agreed_to_what_when_and_from_where(debits):
    customer = a_customer(merchant=debits.merchant)
    mandate = debits.mandate(customer)

    assert (mandate.customer_id, mandate.debtor_name) == (customer.id, "Ada Lovelace")
    assert (mandate.accepted_at, mandate.accepted_ip) == (NOW, "192.0.2.7")
    assert (mandate.locale, mandate.text_version) == ("de", texts.VERSION)
    assert "acht Wochen" in mandate.text["refund"]
    assert debits.merchant.account_holder in mandate.text["authorisation"]
    assert mandate.creditor["creditor_id"] == debits.merchant.creditor_id
    assert len(mandate.reference) <= 35
    assert Event.select().where(Event.type == "mandate.accepted").count() == 1


@pytest.mark.parametrize("language", ["de", "fr", "en"])
def test_the_text_has_both_parts_and_the_eight_weeks(language):
    text = texts.mandate_text(language, "Lindenhof")

    assert "(A)" in text.authorisation
    assert "(B)" in text.authorisation
    assert text.authorisation.count("Lindenhof") == 2
    assert "8" in text.refund or "acht" in text.refund


def test_the_first_acceptance_stands(debits):
    mandate = debits.mandate()
    other = Acceptance("Eve", "FR1420041010050500013M02606", "fr", "198.51.100.1")
    mandates.accept(mandate, other, at=debits.wait(days=1))

    assert (mandate.reload().iban, mandate.accepted_at) == (IBAN, NOW)


@pytest.mark.parametrize("iban", ["", "DE00", "DE88370400440532013000", "AE070331234567890123456"])
def test_a_wrong_iban_is_refused(debits, iban):
    with pytest.raises(IbanMalformed):
        debits.mandate(iban=iban)


def test_an_iban_may_be_typed_with_spaces(debits):
    assert debits.mandate(iban=" de89 3704 0044 0532 0130 00 ").iban == IBAN


def test_a_mandate_lapses_36_months_after_its_last_use(debits):
    mandate = debits.mandate()
    debits.debit(mandate)
    mandate = mandate.reload()

    assert mandate.is_usable(NOW.replace(year=2029, day=9))
    assert not mandate.is_usable(NOW.replace(year=2029))


def test_without_a_creditor_identifier_nobody_is_asked_for_a_mandate(db):
    debits = Debits(creditor_id="")

    with pytest.raises(GatewayUnavailable):
        debits.gateway.setup_url("setup-1", "/back", payer_of(a_customer()))


def test_a_guest_allows_a_single_debit(debits):
    setup = a_guest_setup(debits)
    url = debits.gateway.setup_url(setup.key, "/back", payer_of(setup.customer))
    mandate = SepaMandate.get(SepaMandate.secret == url.rpartition("/")[2])
    mandates.accept(mandate, Acceptance("Ada", IBAN, "en", ""), at=NOW)
    assert mandate.is_one_off

    first = debits.gateway.charge(Money(500, "EUR"), mandate.id, "payment-a")
    second = debits.gateway.charge(Money(500, "EUR"), mandate.id, "payment-b")

    assert (first.status, second.status) == (PaymentStatus.PENDING, PaymentStatus.FAILED)


# ── collecting ──────────────────────────────────────────────────────────────────────────────────


def test_a_debit_is_announced_so_many_days_ahead_as_was_agreed(debits):
    invoice, payment, collection = debits.debit()

    assert payment.status == PaymentStatus.PENDING
    assert collection.due_on == "2026-03-24"
    told = Event.get(Event.type == "sepa.prenotification").data
    assert told["amount"] == 2380
    assert told["due_on"] == "2026-03-24"
    assert told["mandate"] == collection.mandate.reference
    assert told["creditor_id"] == debits.merchant.creditor_id
    assert told["invoice"] == invoice.id


def test_a_shorter_notice_counts_where_it_was_agreed(db):
    _, _, collection = Debits(prenotification_days=4).debit()

    assert collection.due_on == "2026-03-16"  # the 14th is a Saturday


def test_only_euros_are_collected(debits):
    charge = debits.gateway.charge(Money(100, "CHF"), debits.mandate().id, "payment-1")

    assert (charge.status, charge.reason) == (PaymentStatus.FAILED, "currency_not_supported")


def test_the_mandate_of_another_merchant_is_not_charged(debits):
    charge = debits.gateway.charge(Money(100, "EUR"), Debits().mandate().id, "payment-1")

    assert charge.status == PaymentStatus.FAILED


def test_taking_the_method_away_revokes_the_mandate_and_what_was_not_submitted(debits):
    _, payment, collection = debits.debit()
    debits.gateway.detach(collection.mandate_id)

    assert collection.mandate.reload().revoked_at == NOW
    payment.ask_again(debits.gateway, at=NOW)
    assert (payment.status, payment.failure_reason) == (PaymentStatus.FAILED, "mandate_revoked")
    with pytest.raises(NothingToCollect):
        submitted(debits)


def test_ids_from_end_to_end_are_short_capital_and_each_its_own():
    ids = {end_to_end_id(f"payment-py_{number}") for number in range(200)}

    assert len(ids) == 200
    assert all(len(one) <= 35 and one.isalnum() and one == one.upper() for one in ids)


# ── files ───────────────────────────────────────────────────────────────────────────────────────


def test_the_file_says_what_the_bank_needs_and_follows_its_schema(debits):
    invoice, _, collection = debits.debit()
    batch = submitted(debits)
    root = fromstring(batch.xml)

    def text(path: str) -> str:
        return root.find(f".//p:{path.replace('/', '/p:')}", SPACE).text

    assert text("GrpHdr/NbOfTxs") == "1"
    assert text("PmtTpInf/SeqTp") == "FRST"
    assert text("ReqdColltnDt") == "2026-03-24"
    assert text("CdtrSchmeId/Id/PrvtId/Othr/Id") == debits.merchant.creditor_id
    assert text("Cdtr/Nm") == "Lindenhof Gaerten GmbH"
    assert text("DrctDbtTxInf/InstdAmt") == "23.80"
    assert text("MndtRltdInf/MndtId") == collection.mandate.reference
    assert text("MndtRltdInf/DtOfSgntr") == "2026-03-10"
    assert text("PmtId/EndToEndId") == collection.end_to_end_id
    assert text("DbtrAcct/Id/IBAN") == IBAN
    assert invoice.number in text("RmtInf/Ustrd")


def test_the_payer_reads_the_text_that_the_merchant_chose_for_statements(db):
    debits = Debits(statement_descriptor="LINDENHOF GÄRTEN")
    invoice, _, _ = debits.debit()
    assert f"{invoice.number} LINDENHOF GAeRTEN" in submitted(debits).xml


def test_the_second_debit_of_a_mandate_is_a_further_one(debits):
    mandate = debits.mandate()
    debits.debit(mandate)
    debits.debit(mandate, amount=100)

    submitted(debits)

    types = SepaCollection.select(SepaCollection.sequence_type).order_by(SepaCollection.id)
    assert [one.sequence_type for one in types] == ["FRST", "RCUR"]


def test_a_collection_is_exported_once(debits):
    debits.debit()
    batch = submitted(debits)

    assert batch.count == 1
    with pytest.raises(NothingToCollect):
        submitted(debits)


def test_only_what_is_due_by_the_day_is_exported(debits):
    debits.debit()

    with pytest.raises(NothingToCollect):
        export(debits.merchant, date(2026, 3, 23), actor_name="", at=NOW)
    assert export(debits.merchant, date(2026, 3, 24), actor_name="", at=NOW).count == 1


def test_a_day_that_is_too_near_becomes_the_next_business_day(debits):
    _, _, collection = debits.debit()
    debits.wait(days=17)  # Friday, 27 March

    submitted(debits)

    assert collection.reload().due_on == "2026-03-30"


def test_two_exports_at_once_take_each_collection_once(debits, monkeypatch):
    debits.debit()
    file = batches._file

    def overtaken(merchant, collections):
        monkeypatch.setattr(batches, "_file", file)
        submitted(debits)
        return file(merchant, collections)

    monkeypatch.setattr(batches, "_file", overtaken)
    with pytest.raises(BatchOvertaken):
        submitted(debits)
    assert SepaBatch.select().count() == 1


@pytest.mark.parametrize("name", ["Łukasz Żółć & Söhne", "株式会社", "<script>", "", "a" * 250])
def test_any_name_makes_a_file_that_banks_can_read(db, name):
    debits = Debits(account_holder=name or "x", name=name or "x")
    debits.debit()

    fromstring(submitted(debits).xml)


# ── what came of it ─────────────────────────────────────────────────────────────────────────────


def test_what_was_booked_pays_the_invoice_once(debits):
    invoice, payment, collection = debits.debit()
    submitted(debits)

    assert collecting.book(collection, at=debits.wait(days=15))
    assert not collecting.book(collection, at=debits.time)

    assert payment.reload().status == PaymentStatus.SUCCEEDED
    assert invoice.reload().status == InvoiceStatus.PAID


def test_what_the_bank_refuses_fails_with_its_reason(debits):
    invoice, payment, collection = debits.debit()
    submitted(debits)

    assert collecting.return_(collection, "AM04", at=debits.wait(days=15))

    failed = payment.reload()
    assert (failed.status, failed.failure_reason) == (PaymentStatus.FAILED, "AM04")
    assert invoice.reload().status == InvoiceStatus.OPEN
    assert collection.mandate.reload().is_usable(debits.time)


def test_what_comes_back_after_it_was_booked_is_due_again(debits):
    invoice, payment, collection = debits.debit()
    submitted(debits)
    collecting.book(collection, at=debits.wait(days=15))

    assert collecting.return_(collection, "MD06", at=debits.wait(days=20))
    assert not collecting.return_(collection, "MD06", at=debits.time)

    assert payment.reload().status == PaymentStatus.RETURNED
    again = invoice.reload()
    assert (again.status, again.amount_due) == (InvoiceStatus.OPEN, 2380)


@pytest.mark.parametrize("reason", ["AC04", "MD01"])
def test_a_hard_reason_blocks_the_mandate(debits, reason):
    _, _, collection = debits.debit()
    submitted(debits)
    collecting.return_(collection, reason, at=debits.time)

    charge = debits.gateway.charge(Money(100, "EUR"), collection.mandate_id, "payment-2")

    assert (charge.status, charge.reason) == (PaymentStatus.FAILED, "payment_method_unusable")


def test_nothing_is_taken_for_booked_by_itself_unless_wanted(debits):
    _, payment, _ = debits.debit()
    submitted(debits)
    debits.wait(days=60)

    payment.ask_again(debits.gateway, at=debits.time)
    assert payment.status == PaymentStatus.PENDING

    ProviderAccount.create(
        merchant=debits.merchant, gateway="sepa", settings={collecting.SETTING: True}
    )
    payment.ask_again(debits.gateway, at=debits.time)
    assert payment.status == PaymentStatus.SUCCEEDED


def test_five_business_days_have_to_pass(debits):
    _, _, collection = debits.debit()  # due on Tuesday, 24 March
    submitted(debits)
    ProviderAccount.create(
        merchant=debits.merchant, gateway="sepa", settings={collecting.SETTING: True}
    )
    debits.time = NOW.replace(day=30)
    assert debits.gateway.find_charge(collection.key).status == PaymentStatus.PENDING

    debits.wait(days=1)
    assert debits.gateway.find_charge(collection.key).status == PaymentStatus.SUCCEEDED


def test_a_statement_books_debits_and_takes_them_back(debits):
    invoice, payment, collection = debits.debit()
    submitted(debits)
    came = a_transfer(e2e=collection.end_to_end_id)
    assert confirmed(a_statement(debits.merchant, came)) == 1
    assert payment.reload().status == PaymentStatus.SUCCEEDED

    back = a_transfer(e2e=collection.end_to_end_id, sign="DBIT", reason="AM04", amount="26.80")
    statement = a_statement(debits.merchant, data=camt054(back))

    assert confirmed(statement) == 1
    assert payment.reload().status == PaymentStatus.RETURNED
    assert BankTransaction.get(BankTransaction.statement == statement).outcome == "returned"
    assert invoice.reload().status == InvoiceStatus.OPEN


def test_one_sum_for_a_whole_file_books_all_of_it(debits):
    first, second = debits.debit()[1], debits.debit(amount=100)[1]
    batch = submitted(debits)

    statement = a_statement(
        debits.merchant, a_transfer(amount="24.80", message=batch.message_id, e2e="")
    )

    assert confirmed(statement) == 1
    assert {first.reload().status, second.reload().status} == {PaymentStatus.SUCCEEDED}


# ── refunds ─────────────────────────────────────────────────────────────────────────────────────


def test_a_refund_waits_until_the_merchant_has_made_the_transfer(debits):
    _, payment, collection = debits.debit()
    collecting.book(collection, at=NOW)

    asked = debits.gateway.refund(payment.key, "", Money(500, "EUR"), "refund-1")
    again = debits.gateway.refund(payment.key, "", Money(500, "EUR"), "refund-1")

    assert asked == again == debits.gateway.find_refund("refund-1")
    assert asked.status == RefundStatus.PENDING
    (transfer,) = OutgoingTransfer.to_make(debits.merchant)
    assert (transfer.amount, transfer.iban, transfer.name) == (500, IBAN, "Ada Lovelace")
    outgoing.make(transfer, at=debits.wait(days=1))
    assert debits.gateway.find_refund("refund-1").status == RefundStatus.SUCCEEDED
    assert debits.gateway.find_refund("refund-2") is None


def test_the_clock_is_the_merchants_own(db):
    debits = Debits(clock_offset=timedelta(days=365) // timedelta(microseconds=1))
    from portal.gateways import gateway_for
    from portal.record import now

    gateway = gateway_for("sepa", debits.merchant)
    gateway.charge(Money(100, "EUR"), debits.mandate().id, "payment-1")

    due = SepaCollection.get(SepaCollection.key == "payment-1").due_date
    assert due >= (now() + timedelta(days=365)).date()
