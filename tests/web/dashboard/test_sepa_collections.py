"""Direct debits in the dashboard: files, what arrived, what came back, and transfers to make."""

from io import BytesIO

import pytest

from portal.billing.events import Event
from portal.billing.gateway import PaymentStatus
from portal.billing.money import Money
from portal.billing.refund_rooms import ask_for
from portal.gateways.bank_transfer.records import BankStatement, OutgoingTransfer
from portal.gateways.sepa.collecting import books_by_itself
from portal.gateways.sepa.records import SepaBatch, SepaCollection
from portal.record import now
from tests.factories import a_credit_note, a_user
from tests.gateways.bank_transfer.files import a_transfer, camt053
from tests.gateways.sepa.debits import Debits

URL = "/dashboard/bank"


@pytest.fixture
def debits(db) -> Debits:
    debits = Debits()
    debits.time = now()
    return debits


@pytest.fixture
def dashboard(debits, staff):
    return staff(a_user(merchant=debits.merchant, name="Mara"))


def exported(dashboard) -> SepaBatch:
    dashboard.post(f"{URL}/batches", data={"until": "2099-01-01"})
    return SepaBatch.get()


def test_what_is_due_is_listed_with_mandate_and_invoice(dashboard, debits):
    invoice, _, collection = debits.debit()

    text = dashboard.get(f"{URL}/collections").text

    for words in (invoice.number, collection.mandate.reference, "Ada Lovelace", "€23.80"):
        assert words in text


def test_nothing_at_all_is_said(dashboard):
    assert "Nothing is to be submitted" in dashboard.get(f"{URL}/collections").text


def test_what_a_creditor_lacks_is_said(staff, db):
    debits = Debits(creditor_id="")
    page = staff(a_user(merchant=debits.merchant)).get(f"{URL}/collections")

    assert "Something is missing" in page.text


def test_a_file_is_made_once_and_fetched_as_it_is(dashboard, debits):
    debits.debit()
    made = dashboard.post(f"{URL}/batches", data={"until": "2099-01-01"}, follow_redirects=True)
    assert "A file with 1 debit was made." in made.text
    batch = SepaBatch.get()

    files = [dashboard.get(f"{URL}/batches/{batch.id}.xml") for _ in range(2)]

    assert files[0].data == files[1].data
    assert files[0].mimetype == "application/xml"
    assert "attachment" in files[0].headers["Content-Disposition"]
    again = dashboard.post(f"{URL}/batches", data={"until": "2099-01-01"}, follow_redirects=True)
    assert "Nothing is to be collected by that day." in again.text


def test_who_fetches_a_file_is_in_the_activity(dashboard, debits):
    debits.debit()
    batch = exported(dashboard)

    dashboard.get(f"{URL}/batches/{batch.id}.xml")

    noted = Event.get(Event.type == "sepa_batch.downloaded")
    assert (noted.object_id, noted.actor_name) == (batch.id, "Mara")
    assert "A file of direct debits was downloaded" in dashboard.get("/dashboard/activity").text


def test_no_day_is_said(dashboard):
    answer = dashboard.post(f"{URL}/batches", data={"until": "soon"}, follow_redirects=True)

    assert "Enter a date." in answer.text


def test_one_debit_or_a_whole_file_has_arrived(dashboard, debits):
    first, second = debits.debit()[1:], debits.debit()[1:]
    batch = exported(dashboard)

    dashboard.post(f"{URL}/collections/{first[1].id}/booking")
    assert first[0].reload().status == PaymentStatus.SUCCEEDED
    assert second[0].reload().status == PaymentStatus.PENDING
    assert "All have arrived" in dashboard.get(f"{URL}/collections").text

    done = dashboard.post(f"{URL}/batches/{batch.id}/booking", follow_redirects=True)
    assert "1 debit was booked." in done.text
    assert second[0].reload().status == PaymentStatus.SUCCEEDED
    assert "All have arrived" not in done.text
    assert f"{batch.id}.xml" in done.text


def test_a_debit_that_came_back_is_noted_with_its_reason(dashboard, debits):
    _, payment, collection = debits.debit()
    exported(dashboard)
    url = f"{URL}/collections/{collection.id}/return"
    assert "Not enough money in the account" in dashboard.get(f"{url}/new").text
    assert dashboard.post(url, data={}).status_code == 422

    done = dashboard.post(url, data={"reason": "AM04"}, follow_redirects=True)

    assert "is noted as returned" in done.text
    assert payment.reload().failure_reason == "AM04"


def test_the_merchant_says_when_debits_count_as_paid(dashboard, debits):
    dashboard.post(f"{URL}/collections", data={"books_by_itself": "y"})
    assert books_by_itself(debits.merchant.id)
    assert "checked" in dashboard.get(f"{URL}/collections").text

    dashboard.post(f"{URL}/collections", data={})
    assert not books_by_itself(debits.merchant.id)


def test_a_refund_is_transferred_by_the_merchant(dashboard, debits):
    debits.mandate()
    _, payment, _ = debits.debit()
    assert "No transfer to make" in dashboard.get(f"{URL}/transfers").text
    debits.gateway.refund(payment.key, "", Money(500, "EUR"), "refund-1")
    text = dashboard.get(f"{URL}/transfers").text
    assert "DE89 3704 0044 0532 0130 00" in text
    assert "€5.00" in text

    done = dashboard.post(
        f"{URL}/transfers/{OutgoingTransfer.get().id}/completion", follow_redirects=True
    )

    assert "is noted as made" in done.text


def test_a_credit_note_leads_to_the_transfer_that_its_refund_waits_for(dashboard, debits):
    invoice, _, collection = debits.debit()
    exported(dashboard)
    dashboard.post(f"{URL}/collections/{collection.id}/booking")
    note = a_credit_note(invoice.reload())
    ask_for(note, lambda *_: debits.gateway, at=now())
    page = f"/dashboard/credit-notes/{note.id}"
    assert f'href="{URL}/transfers">Transfers to make' in dashboard.get(page).text

    dashboard.post(f"{URL}/transfers/{OutgoingTransfer.get().id}/completion")

    assert "Transfers to make" not in dashboard.get(page).text


def test_a_booked_line_says_that_a_debit_came_back(dashboard, debits):
    _, payment, collection = debits.debit()
    exported(dashboard)
    dashboard.post(f"{URL}/collections/{collection.id}/booking")
    back = a_transfer(sign="DBIT", e2e=collection.end_to_end_id, reason="AM04")
    sent = {"file": (BytesIO(camt053(back)), "bank.xml")}
    preview = dashboard.post(f"{URL}/statements", data=sent, follow_redirects=True).text
    quote = preview.partition('name="quote" value="')[2].partition('"')[0]

    done = dashboard.post(
        f"{URL}/statements/{BankStatement.get().id}/confirmation",
        data={"quote": quote},
        follow_redirects=True,
    ).text

    assert payment.reload().returned_at
    assert "Returned debit" in done
    assert "Not enough money in the account" in done


def test_what_belongs_to_another_merchant_is_not_there(staff, dashboard, debits):
    _, payment, collection = debits.debit()
    batch = exported(dashboard)
    debits.gateway.refund(payment.key, "", Money(500, "EUR"), "refund-1")
    stranger = staff(a_user())

    assert stranger.get(f"{URL}/batches/{batch.id}.xml").status_code == 404
    assert stranger.get(f"{URL}/collections/{collection.id}/return/new").status_code == 404
    for path in (
        f"collections/{collection.id}/booking",
        f"collections/{collection.id}/return",
        f"batches/{batch.id}/booking",
        f"transfers/{OutgoingTransfer.get().id}/completion",
    ):
        answer = stranger.post(f"{URL}/{path}", data={"reason": "AM04"})
        assert answer.status_code == 404
    assert SepaCollection.get().status == PaymentStatus.PENDING
