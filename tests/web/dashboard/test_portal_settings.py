"""What customers can do: one page of options, and the link."""

import pytest

from portal.selfservice.configurations import PortalConfiguration
from portal.selfservice.login_links import LoginLink
from tests.factories import a_login_link, a_user

URL = "/dashboard/portal"


@pytest.fixture
def user(db):
    return a_user()


@pytest.fixture
def member(staff, user):
    return staff(user)


def filled(**given):
    """Everything switched on, as a browser sends it; None leaves a field out."""
    data = {
        "shows_invoices": "y",
        "updates_name": "y",
        "updates_payment_methods": "y",
        "allows_cancellation": "y",
        "cancellation_mode": "at_period_end",
        "asks_for_reason": "y",
        "reasons": ["unused", "other"],
        "own_reasons": "",
        "headline": "",
        "terms_url": "",
        "privacy_url": "",
        "default_return_url": "",
    } | given
    return {name: value for name, value in data.items() if value is not None}


def stored(user):
    return PortalConfiguration.default_of(user.merchant).reload()


def test_edit_shows_what_is_stored(member, user):
    stored(user).change(at=user.created_at, headline="Hello there", shows_invoices=False)
    page = member.get(URL).text

    assert 'value="Hello there"' in page
    assert 'checked id="updates_name"' in page
    assert 'checked id="shows_invoices"' not in page


def test_update_stores_every_option(member, user):
    answer = member.post(
        URL,
        data=filled(
            shows_invoices=None,
            updates_name=None,
            updates_shipping="y",
            updates_tax_ids="y",
            cancellation_mode="immediately",
            own_reasons=" Moved away \n\nMoved away\nToo far",
            headline="Welcome",
            default_return_url="shop.example/account",
        ),
    )
    options = stored(user)

    assert answer.status_code == 303
    assert not options.shows_invoices
    assert not options.updates_name
    assert options.updates_shipping
    assert options.updates_tax_ids
    assert options.cancellation_mode == "immediately"
    assert options.reasons == ["unused", "other"]
    assert options.own_reasons == ["Moved away", "Too far"]
    assert options.headline == "Welcome"
    assert options.default_return_url == "https://shop.example/account"


def test_terms_and_privacy_are_those_of_the_business(member, user):
    member.post(URL, data=filled(terms_url="https://a.test/terms", privacy_url="a.test/privacy"))
    merchant = user.merchant.reload()

    assert merchant.terms_url == "https://a.test/terms"
    assert merchant.privacy_url == "https://a.test/privacy"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"headline": "x" * 61}, "Use at most 60 characters."),
        ({"own_reasons": "x" * 101}, "at most 100 characters"),
        ({"own_reasons": "\n".join(map(str, range(11)))}, "at most ten reasons"),
        ({"reasons": [], "own_reasons": ""}, "Choose at least one reason, or do not ask."),
        ({"reasons": ["because"]}, "reasons"),
        ({"cancellation_mode": "never"}, "cancellation_mode"),
        ({"terms_url": "javascript:alert(1)"}, "Enter an address such as"),
        ({"default_return_url": "https://user@evil.test/"}, "Enter an address such as"),
        ({"headline": "4242 4242 4242 4242"}, "looks like a card number"),
    ],
)
def test_wrong_input_is_said_and_nothing_is_stored(member, user, wrong, words):
    before = stored(user).__data__
    answer = member.post(URL, data=filled(**wrong))

    assert answer.status_code == 422
    assert words in answer.text
    assert stored(user).__data__ == before


def test_not_asking_needs_no_reasons(member, user):
    member.post(URL, data=filled(asks_for_reason=None, reasons=[]))

    assert not stored(user).asks_for_reason


def test_the_preview_shows_what_is_not_saved(member, user):
    answer = member.post(
        f"{URL}/preview",
        data=filled(headline="Not yet", shows_invoices=None),
        headers={"HX-Request": "true", "HX-Target": "preview"},
    )

    assert answer.text.strip().startswith('<div id="preview">')
    assert "headline=Not+yet" in answer.text
    assert "shows_invoices" not in answer.text
    assert stored(user).headline == ""


def test_the_preview_works_without_scripts(member, user):
    answer = member.post(f"{URL}/preview", data=filled(headline="Not yet"))

    assert "<!doctype html>" in answer.text
    assert 'value="Not yet"' in answer.text
    assert stored(user).headline == ""


def test_activating_makes_a_link_and_shows_it(member, user):
    answer = member.post(f"{URL}/link")
    link = LoginLink.active_of(stored(user))

    assert answer.location == URL
    assert f"http://localhost:5000{link.path()}" in member.get(URL).text


def test_activating_twice_keeps_the_link(member, user):
    member.post(f"{URL}/link")
    first = LoginLink.active_of(stored(user))
    member.post(f"{URL}/link")

    assert LoginLink.active_of(stored(user)) == first


def test_activating_from_the_sharing_page_leads_back_there(member):
    answer = member.post(f"{URL}/link", data={"from": "sharing"})

    assert answer.location == "/dashboard/sharing"


def test_deactivating_is_asked_for_and_final(member, user):
    link = a_login_link(merchant=user.merchant)
    page = member.get(f"{URL}/link/deactivation/new").text
    member.post(f"{URL}/link/deactivation")

    assert link.path() in page
    assert LoginLink.find(link.token) is None
    member.post(f"{URL}/link")
    assert LoginLink.active_of(stored(user)).token != link.token


def test_deactivating_without_a_link_leads_back(member):
    assert member.get(f"{URL}/link/deactivation/new").location == URL
    assert member.post(f"{URL}/link/deactivation").location == URL


def test_the_link_of_others_stays(member):
    other = a_login_link()
    member.post(f"{URL}/link/deactivation")

    assert other.reload().deactivated_at is None


def test_what_was_paid_for_the_rest_can_be_given_back(member, user):
    member.post(URL, data=filled(cancellation_mode="immediately", credits_rest="y"))
    assert stored(user).cancellation_proration == "credit"

    member.post(URL, data=filled(cancellation_mode="immediately"))
    assert stored(user).cancellation_proration == "none"
