"""Bank statements in the dashboard: upload, preview, decide, book."""

from io import BytesIO

import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from portal.billing.invoices import InvoiceStatus
from portal.billing.payments import Payment
from portal.gateways.bank_transfer.records import BankStatement, BankTransaction
from tests.factories import a_customer, a_user, an_invoice
from tests.gateways.bank_transfer.files import a_transfer, camt053
from tests.gateways.bank_transfer.statements import a_bank_merchant, for_invoice

URL = "/dashboard/bank"


@pytest.fixture
def user(db):
    return a_user(merchant=a_bank_merchant(), name="Mara")


@pytest.fixture
def dashboard(user, staff):
    return staff(user)


@pytest.fixture
def invoice(user):
    return an_invoice(customer=a_customer(merchant=user.merchant))


def upload(dashboard, data: bytes, name="march.xml", **more):
    boundary, body = encode_multipart({"file": FileStorage(BytesIO(data), name)})
    content_type = f"multipart/form-data; boundary={boundary}"
    return dashboard.post(f"{URL}/statements", data=body, content_type=content_type, **more)


def quote_on(text: str) -> str:
    return text.partition('name="quote" value="')[2].partition('"')[0]


def test_the_page_is_in_the_menu_of_those_who_have_an_account(dashboard, staff, db):
    assert f'href="{URL}"' in dashboard.get("/dashboard").text
    assert f'href="{URL}"' not in staff(a_user()).get("/dashboard").text


def test_the_preview_says_line_by_line_what_will_happen(dashboard, user, invoice):
    other = an_invoice(customer=invoice.customer, amount=1000)
    lines = (
        for_invoice(invoice),
        for_invoice(other, amount="4.00"),
        a_transfer(text="no idea", name="Unknown Ltd", bank="B9", amount="7.77"),
        a_transfer(sign="DBIT"),
        a_transfer(amount="wrong"),
    )

    text = upload(dashboard, camt053(*lines), follow_redirects=True).text

    for words in (
        "Pays the invoice",
        "Part payment",
        "€6.00 stays due.",
        "Unclear",
        "No invoice was found.",
        "1 payment that you made was left out.",
        "Line 5: The amount cannot be read.",
        "Book 2 lines",
    ):
        assert words in text
    assert not Payment.select().exists()


def test_what_was_confirmed_is_booked_and_said(dashboard, user, invoice):
    preview = upload(dashboard, camt053(for_invoice(invoice)), follow_redirects=True)
    statement = BankStatement.get()
    url = f"{URL}/statements/{statement.id}"

    done = dashboard.post(
        f"{url}/confirmation", data={"quote": quote_on(preview.text)}, follow_redirects=True
    )

    assert "1 line was booked." in done.text
    assert "Booked" in done.text
    assert invoice.reload().status == InvoiceStatus.PAID
    assert "Bank transfer" in dashboard.get(f"/dashboard/invoices/{invoice.id}").text
    again = dashboard.post(f"{url}/confirmation", data={"quote": "x"}, follow_redirects=True)
    assert "There was nothing left to book." in again.text


def test_what_changed_meanwhile_is_shown_again(dashboard, invoice):
    preview = upload(dashboard, camt053(for_invoice(invoice)), follow_redirects=True)
    invoice.pay(100, at=invoice.issued_at)
    url = f"{URL}/statements/{BankStatement.get().id}"

    answer = dashboard.post(
        f"{url}/confirmation", data={"quote": quote_on(preview.text)}, follow_redirects=True
    )

    assert "Something has changed in the meantime." in answer.text
    assert "goes to the customer&#39;s balance" in answer.text


def test_an_unclear_line_is_assigned_by_hand(dashboard, invoice):
    data = camt053(a_transfer(text="no idea"))
    assert f'value="{invoice.number}"' in upload(dashboard, data, follow_redirects=True).text
    line = BankTransaction.get()
    url = f"{URL}/transactions/{line.id}"

    wrong = dashboard.post(f"{url}/assignment", data={"number": "LIN-404"})
    assert wrong.status_code == 422
    assert "No invoice in this currency has that number." in wrong.text
    assert 'value="LIN-404"' in wrong.text
    right = dashboard.post(
        f"{url}/assignment", data={"number": invoice.number}, follow_redirects=True
    )
    assert "Book 1 line" in right.text


def test_a_line_is_set_aside_and_taken_up_again(dashboard, invoice):
    upload(dashboard, camt053(for_invoice(invoice)))
    url = f"{URL}/transactions/{BankTransaction.get().id}/exclusion"

    assert "Set aside" in dashboard.post(url, follow_redirects=True).text
    again = dashboard.post(f"{url}/deletion", follow_redirects=True)
    assert "Book 1 line" in again.text


def test_a_line_of_an_earlier_file_is_named_not_booked(dashboard, invoice):
    upload(dashboard, camt053(for_invoice(invoice, bank="B1")))

    text = upload(dashboard, camt053(for_invoice(invoice, bank="B1")), follow_redirects=True).text

    assert "1 line was in an earlier file" in text
    assert "Nothing new in this file" in text


def test_a_statement_is_discarded(dashboard, invoice):
    upload(dashboard, camt053(for_invoice(invoice)))
    url = f"{URL}/statements/{BankStatement.get().id}"

    assert "Nothing was booked." in dashboard.post(f"{url}/deletion", follow_redirects=True).text
    assert dashboard.get(url).status_code == 404


def test_lines_are_filtered_by_what_is_to_be_done(dashboard, invoice):
    lines = camt053(for_invoice(invoice, name="Known Person"), a_transfer(name="Odd Person"))
    upload(dashboard, lines)
    url = f"{URL}/statements/{BankStatement.get().id}"

    text = dashboard.get(f"{url}?state=open").text
    assert "Odd Person" in text
    assert "Known Person" not in text
    assert "Known Person" in dashboard.get(f"{url}?state=stolen&first=-3").text


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "The file has no entries."),
        (b"<html/>", "This is no statement"),
        (b"<a", "cannot be read"),
        (b"a;b\n1;2\n", "no columns for date and amount"),
        (b"x" * 2_500_001, "2.5 MB at most"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_words(dashboard, data, words):
    answer = upload(dashboard, data)

    assert answer.status_code == 422
    assert words in answer.text


def test_no_file_at_all_is_said(dashboard):
    answer = dashboard.post(f"{URL}/statements", data={})

    assert answer.status_code == 422
    assert "Choose a file." in answer.text


def test_statements_and_lines_of_another_merchant_are_not_there(dashboard, staff, invoice):
    stranger = staff(a_user(merchant=a_bank_merchant()))
    upload(stranger, camt053(a_transfer()))
    statement, line = BankStatement.get(), BankTransaction.get()

    assert dashboard.get(f"{URL}/statements/{statement.id}").status_code == 404
    for path in (
        f"statements/{statement.id}/confirmation",
        f"statements/{statement.id}/deletion",
        f"transactions/{line.id}/assignment",
        f"transactions/{line.id}/exclusion",
        f"transactions/{line.id}/exclusion/deletion",
    ):
        assert dashboard.post(f"{URL}/{path}", data={"number": invoice.number}).status_code == 404
    assert line.reload().invoice is None


def test_what_a_bank_writes_is_never_markup(dashboard):
    data = b"date,amount,name,text\n2026-03-12,1,<b>x</b>,<i>y</i>\n"

    text = upload(dashboard, data, "a.csv", follow_redirects=True).text

    assert "<b>x" not in text
    assert "<i>y" not in text
