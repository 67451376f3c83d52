"""Receipts by day and VAT rate: the page, and the file."""

import csv
from datetime import date, timedelta
from io import StringIO

import pytest

from portal.billing.events import Event
from portal.billing.payments import Payment
from portal.record import now
from portal.web.dashboard import receipts
from tests.factories import NOW, a_customer, a_merchant, a_paid_invoice, a_user, an_invoice

PAGE = "/dashboard/invoices/receipts"
FILE = "/dashboard/invoices/receipts.csv"
MARCH = {"from": "2026-03-01", "to": "2026-03-31"}


@pytest.fixture
def invoice(db):
    return a_paid_invoice()


@pytest.fixture
def member(staff, invoice):
    return staff(a_user(merchant=invoice.merchant))


def rows(answer) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(answer.data.decode("utf-8-sig"), newline="")))


def test_the_list_of_invoices_leads_there(member):
    assert PAGE in member.get("/dashboard/invoices").text


def test_index_shows_each_rate_of_each_day_and_the_sums(member):
    page = member.get(PAGE, query_string=MARCH).text

    for words in ("10 Mar 2026", "Consumer in your country", "19%", "€3.80", "€20.00", "€23.80"):
        assert words in page


def test_index_shows_the_last_complete_month_unless_asked(member, invoice):
    first, last = receipts.last_month(invoice.merchant.day(now()))
    Payment.record_outside(
        an_invoice(customer=invoice.customer, amount=4321),
        4321,
        note="",
        at=now().replace(year=last.year, month=last.month, day=15),
    )

    page = member.get(PAGE).text

    assert f'value="{first}"' in page
    assert f'value="{last}"' in page
    assert "€43.21" in page


def test_both_days_belong_to_the_period(member):
    day = {"from": "2026-03-10", "to": "2026-03-10"}

    assert "€23.80" in member.get(PAGE, query_string=day).text
    assert (
        "€23.80"
        not in member.get(PAGE, query_string=day | {"to": "2026-03-09", "from": "2026-03-01"}).text
    )


def test_days_without_money_say_so(member):
    page = member.get(PAGE, query_string={"from": "2026-01-01", "to": "2026-01-31"}).text

    assert "Nothing was received on these days" in page
    assert FILE not in page


def test_why_there_is_no_vat_is_said_in_words(staff):
    merchant = a_merchant(vat_id="DE136695976")
    a_paid_invoice(customer=a_customer(merchant=merchant, country="US"))

    page = staff(a_user(merchant=merchant)).get(PAGE, query_string=MARCH).text

    assert "Outside the EU" in page
    assert "Abroad" in page


def test_a_long_table_is_cut_and_says_so(member, monkeypatch):
    monkeypatch.setattr(receipts, "MOST_SHOWN", 0)

    assert "The first 0 of 1 rows." in member.get(PAGE, query_string=MARCH).text


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ({"from": "2026-03-01"}, "Enter a date."),
        ({"from": "", "to": "2026-03-01"}, "Enter a date."),
        ({"from": "never", "to": "2026-03-01"}, "Not a valid date value."),
        ({"from": "0001-01-01", "to": "2026-03-01"}, "Enter a date."),
        ({"from": "2026-03-02", "to": "2026-03-01"}, "The last day lies before the first."),
        ({"from": "2024-01-01", "to": "2025-01-01"}, "At most 366 days at once."),
    ],
)
def test_wrong_days_are_refused_in_words(member, days, words):
    answer = member.get(PAGE, query_string=days)

    assert answer.status_code == 422
    assert words in answer.text


def test_a_leap_year_is_short_enough(member):
    days = {"from": "2024-01-01", "to": "2024-12-31"}

    assert member.get(PAGE, query_string=days).status_code == 200


def test_the_file_has_the_rows(member):
    answer = member.post(FILE, data=MARCH)

    assert answer.content_type == "text/csv; charset=utf-8"
    assert (
        answer.headers["Content-Disposition"]
        == "attachment; filename=receipts-2026-03-01-2026-03-31.csv"
    )
    assert [(row["day"], row["gross"], row["vat"]) for row in rows(answer)] == [
        ("2026-03-10", "23.80", "3.80")
    ]


def test_the_file_has_what_the_page_leaves_out(member, monkeypatch):
    monkeypatch.setattr(receipts, "MOST_SHOWN", 0)

    assert len(rows(member.post(FILE, data=MARCH))) == 1


def test_that_it_was_taken_along_is_on_record(member, invoice):
    member.post(FILE, data=MARCH)

    event = Event.get(Event.type == "receipts_report.exported")
    assert event.merchant_id == invoice.merchant_id
    assert event.data == {"first": "2026-03-01", "last": "2026-03-31"}


def test_wrong_days_give_no_file(member):
    answer = member.post(FILE, data={"from": "2026-03-02", "to": "2026-03-01"})

    assert answer.status_code == 422
    assert "The last day lies before the first." in answer.text
    assert not Event.select().where(Event.type == "receipts_report.exported").exists()


def test_somebody_elses_money_is_not_in_it(staff, invoice):
    stranger = staff(a_user())
    invoice.payments.get().return_("insufficient_funds", at=NOW + timedelta(days=1))

    assert "€23.80" not in stranger.get(PAGE, query_string=MARCH).text
    assert rows(stranger.post(FILE, data=MARCH)) == []


def test_days_are_those_of_the_merchant(staff):
    customer = a_customer(merchant=a_merchant(time_zone="Pacific/Auckland"))
    Payment.record_outside(
        an_invoice(customer=customer), 2380, note="", at=NOW.replace(day=10, hour=12)
    )
    member = staff(a_user(merchant=customer.merchant))
    day = str(date(2026, 3, 11))

    assert [row["day"] for row in rows(member.post(FILE, data={"from": day, "to": day}))] == [day]
