"""Importing customers: upload, preview, confirmation, progress, result."""

from io import BytesIO

import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from portal.billing.customer_imports import CustomerImport
from portal.billing.customers import Customer
from portal.delivery.jobs import Job
from portal.delivery.running import Report, Runner
from portal.record import now
from tests.factories import a_customer, a_user

URL = "/dashboard/customers/imports"
LIST = """email;name;country
ada@example.test;Ada Lovelace;Deutschland
known@example.test;Known Person;FR
nobody;Nobody;Atlantis
"""


@pytest.fixture
def user(db):
    return a_user(name="Mara")


@pytest.fixture
def dashboard(user, staff):
    return staff(user)


def upload(dashboard, text: str | bytes = LIST, name="list.csv", **more):
    data = text.encode() if isinstance(text, str) else text
    boundary, body = encode_multipart({"file": FileStorage(BytesIO(data), name)})
    content_type = f"multipart/form-data; boundary={boundary}"
    return dashboard.post(URL, data=body, content_type=content_type, **more)


def work(app) -> Report:
    runner, report = Runner(app.extensions["settings"], app.extensions["keyring"]), Report()
    while runner.run_next(now(), report):
        pass
    return report


def test_the_preview_says_line_by_line_what_will_happen(dashboard, user):
    a_customer(merchant=user.merchant, email="known@example.test")
    text = upload(dashboard, follow_redirects=True).text
    assert "Preview of the import" in text
    for words in (
        "Ada Lovelace",
        "Will be added",
        "Skipped: the address is known",
        "Cannot be added",
        "Email address is not an email address.",
        "Country is not known or not valid.",
        "Import one customer",
    ):
        assert words in text
    assert Customer.select().count() == 1
    assert not Job.select().exists()


def test_after_the_confirmation_a_worker_takes_the_list_over(app, dashboard, user):
    url = upload(dashboard).headers["Location"]
    running = dashboard.post(f"{url}/confirmation", follow_redirects=True)
    assert "Import is running" in running.text
    assert '<progress value="0" max="3"' in running.text
    assert running.headers["Refresh"] == "2"
    assert work(app).failed == 0
    done = dashboard.get(url)
    assert "Import is done" in done.text
    assert "Refresh" not in done.headers
    assert "Country is not known" in done.text
    found = Customer.matching(user.merchant, "lovelace").get()
    assert found.country == "DE"
    assert dashboard.get(URL).text.count(url) == 1


def test_a_second_press_does_not_import_twice(app, dashboard):
    url = upload(dashboard).headers["Location"]
    for _ in range(2):
        assert dashboard.post(f"{url}/confirmation").status_code == 303
    assert Job.select().count() == 1
    work(app)
    dashboard.post(f"{url}/confirmation")
    work(app)
    assert Customer.select().where(Customer.email == "ada@example.test").count() == 1


def test_lines_are_filtered_by_what_happens(dashboard):
    url = upload(dashboard).headers["Location"]
    text = dashboard.get(f"{url}?outcome=error").text
    assert "nobody" in text
    assert "ada@example.test" not in text
    assert "ada@example.test" in dashboard.get(f"{url}?outcome=stolen&first=-7").text


def test_a_long_preview_has_pages(dashboard):
    lines = "\n".join(f"a{number:03}@example.test" for number in range(150))
    url = upload(dashboard, f"email\n{lines}").headers["Location"]
    first = dashboard.get(url).text
    assert "a099@example.test" in first
    assert "a100@example.test" not in first
    assert f"{url}?first=100" in first
    assert "a149@example.test" in dashboard.get(f"{url}?first=100").text


def test_a_list_without_a_good_line_cannot_be_confirmed(dashboard):
    text = upload(dashboard, "email\nnobody\n", follow_redirects=True).text
    assert "No line of this file can be imported." in text
    assert "/confirmation" not in text


def test_a_list_is_discarded(dashboard):
    url = upload(dashboard).headers["Location"]
    assert "Nothing was imported." in dashboard.post(f"{url}/deletion", follow_redirects=True).text
    assert dashboard.get(url).status_code == 404


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "The file has no lines to import."),
        (b"name\nAda", "No column is called"),
        ("email\nmüller@example.test".encode("latin-1"), "CSV UTF-8"),
        (b"PK\x03\x04\x00", "not a CSV file"),
        (b"email\n" + b"x" * 2_500_000, "must not be larger than 2.5 MB"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_words(dashboard, data, words):
    answer = upload(dashboard, data)
    assert answer.status_code == 422
    assert words in answer.text
    assert not CustomerImport.select().exists()


def test_no_file_at_all_is_said(dashboard):
    answer = dashboard.post(URL, data={})
    assert answer.status_code == 422
    assert "Choose a file." in answer.text


def test_more_than_an_upload_may_be_is_refused(dashboard):
    assert upload(dashboard, b"x" * 2_700_000).status_code == 413


def test_the_template_can_be_imported(dashboard):
    template = dashboard.get(f"{URL}/template")
    assert template.headers["Content-Disposition"] == "attachment; filename=customers-template.csv"
    text = upload(dashboard, template.data, follow_redirects=True).text
    assert "Import one customer" in text


def test_the_list_of_another_merchant_is_not_there(dashboard, staff, user):
    url = upload(staff(a_user())).headers["Location"]
    assert dashboard.get(url).status_code == 404
    for path in ("confirmation", "deletion"):
        assert dashboard.post(f"{url}/{path}").status_code == 404
    assert not CustomerImport.get().is_confirmed


def test_what_a_list_holds_is_never_markup(dashboard):
    text = upload(dashboard, "email,name\na@example.test,<b>x</b>\n", follow_redirects=True).text
    assert "<b>x" not in text
