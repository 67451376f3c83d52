"""The link in all the forms in which it reaches customers."""

import csv
import io

import pytest

from tests.factories import a_customer, a_login_link, a_user

URL = "/dashboard/sharing"
BASE = "http://localhost:5000"


@pytest.fixture
def user(db):
    return a_user()


@pytest.fixture
def link(user):
    return a_login_link(merchant=user.merchant)


@pytest.fixture
def member(staff, user):
    return staff(user)


def test_without_a_link_it_offers_to_activate_one(member):
    page = member.get(URL).text

    assert "The link is not active yet" in page
    assert 'action="/dashboard/portal/link"' in page


def test_show_has_the_link_in_every_language(member, link):
    page = member.get(URL).text

    assert f'value="{BASE}{link.path()}"' in page
    for code in ("de", "en", "fr"):
        assert f"{BASE}{link.path(locale=code)}" in page


def test_a_customer_is_found_with_the_link_filled_in(member, user, link):
    ada = a_customer(merchant=user.merchant, email="ada@example.test")
    other = a_customer(email="ada2@example.test")
    page = member.get(f"{URL}?q=ada").text

    assert f"{BASE}{link.path(email=ada.email)}" in page
    assert other.email not in page


def test_searching_by_htmx_answers_the_links_alone(member, user, link):
    a_customer(merchant=user.merchant, email="ada@example.test")
    headers = {"HX-Request": "true", "HX-Target": "one_customer"}
    part = member.get(f"{URL}?q=ada", headers=headers).text

    assert "<html" not in part
    assert "prefilled_email=ada%40example.test" in part


def test_the_snippet_is_shown_escaped(member, link):
    page = member.get(URL).text

    assert "&lt;a href=" in page
    assert "display:inline-block" in page


def test_the_file_has_every_customer_and_runs_no_formula(member, user, link):
    a_customer(merchant=user.merchant, name="=HYPERLINK(1)", email="a@example.test")
    a_customer(email="foreign@example.test")
    answer = member.post(f"{URL}/customers.csv")
    rows = list(csv.reader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff"))))

    assert rows == [
        ["name", "email", "link"],
        ["'=HYPERLINK(1)", "a@example.test", f"{BASE}{link.path(email='a@example.test')}"],
    ]
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.mimetype == "text/csv"


def test_there_is_no_file_without_a_link(member):
    assert member.post(f"{URL}/customers.csv").location == URL


@pytest.mark.parametrize(("kind", "start"), [("svg", b"<?xml"), ("png", b"\x89PNG")])
def test_the_qr_code_is_a_download(member, link, kind, start):
    answer = member.post(f"{URL}/qr-code.{kind}")

    assert answer.data.startswith(start)
    assert f"portal.{kind}" in answer.headers["Content-Disposition"]


def test_the_qr_code_on_the_page_has_a_policy_of_its_own(member, link):
    answer = member.get(f"{URL}/qr-code.svg")

    assert answer.mimetype == "image/svg+xml"
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_there_is_no_qr_code_of_another_kind_or_without_a_link(staff, member, link):
    assert member.post(f"{URL}/qr-code.gif").status_code == 404
    assert staff(a_user()).get(f"{URL}/qr-code.svg").status_code == 404
    assert staff(a_user()).post(f"{URL}/qr-code.png").status_code == 404


@pytest.mark.parametrize("path", ["", "/customers.csv", "/qr-code.svg"])
def test_sharing_ticks_off_the_step(member, user, link, path):
    member.get(URL)
    member.get(f"{URL}/qr-code.svg")
    assert user.merchant.reload().shared_at is None

    member.post(f"{URL}{path}")
    assert user.merchant.reload().shared_at is not None
    assert "I have shared it" not in member.get(URL).text
