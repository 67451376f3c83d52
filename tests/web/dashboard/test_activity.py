import ast
from datetime import timedelta

import pytest

from portal.billing import events
from portal.billing.events import Actor, ActorKind
from portal.record import now
from portal.web.dashboard.activity_words import EVENT_WORDS, KINDS
from tests.factories import a_customer, a_merchant, a_user, an_invoice
from tests.support.source import modules, name, nodes

PATH = "/dashboard/activity"
RECORDERS = {"record", "record_event", "_record", "event", "_event", "made"}
# Types that are put together from a value.
COMPUTED = {
    "account.vat_id_{}": {"account.vat_id_verified", "account.vat_id_refuted"},
    "customer.subscription.{}": {
        "customer.subscription.trial_will_end",
        "customer.subscription.renewal_announced",
    },
    "customer.tax_id.{}": {"customer.tax_id.verified", "customer.tax_id.refuted"},
    "refund.{}": {"refund.succeeded", "refund.failed"},
}


@pytest.fixture
def merchant(app):
    return a_merchant()


@pytest.fixture
def ada(merchant, staff):
    return staff(a_user(merchant=merchant, name="Ada"))


def recorded_types():
    """(type, where) of every event that the code writes down."""
    for path in modules():
        for call in nodes(path, ast.Call):
            called = getattr(call.func, "attr", getattr(call.func, "id", ""))
            if called not in RECORDERS or not call.args:
                continue
            # The type comes first, or after the thing that it happened to.
            texts = (ast.Constant, ast.JoinedStr)
            given = next((part for part in call.args[:2] if isinstance(part, texts)), None)
            if isinstance(given, ast.Constant) and "." in str(given.value):
                yield given.value, name(path)
            if isinstance(given, ast.JoinedStr):
                pattern = "".join(
                    part.value if isinstance(part, ast.Constant) else "{}" for part in given.values
                )
                for type_ in COMPUTED[pattern]:
                    yield type_, name(path)


def test_there_are_words_for_everything_that_is_recorded():
    recorded = dict(recorded_types())
    assert len(recorded) > 30
    wordless = {type_: where for type_, where in recorded.items() if type_ not in EVENT_WORDS}
    assert wordless == {}


def test_there_are_no_words_for_what_is_never_recorded():
    assert set(EVENT_WORDS) - {type_ for type_, _ in recorded_types()} == set()


def test_every_kind_is_one_that_can_be_chosen():
    assert {kind for kind, _ in EVENT_WORDS.values()} == set(KINDS)


def test_index_says_what_happened_to_whom_and_who_did_it(merchant, ada):
    customer = a_customer(merchant=merchant, company="Kaffee Kontor")
    with events.acting_as(Actor(ActorKind.MEMBER, "usr_1", "Grace")):
        invoice = an_invoice(customer=customer)
    page = ada.get(PATH).text
    assert f"Invoice {invoice.number} was issued" in page
    assert f'href="/dashboard/invoices/{invoice.id}"' in page
    assert f'href="/dashboard/customers/{customer.id}">Kaffee Kontor</a> · Grace' in page
    assert "Automatic" in page


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({}, "A subscription changed"),
        ({"status": "active"}, "A subscription is active"),
        ({"status": "incomplete_expired"}, "A subscription expired: its first invoice"),
        ({"previous_price": "price_1"}, "The plan or quantity of a subscription changed"),
    ],
)
def test_a_change_of_a_subscription_is_said_where_it_is_known(merchant, ada, data, words):
    events.record("customer.subscription.updated", merchant, at=now(), **data)

    assert words in ada.get("/dashboard/activity").text


def test_the_newest_comes_first_under_its_day(merchant, ada):
    events.record("product.created", merchant, at=now() - timedelta(days=3))
    events.record("price.created", merchant, at=now())
    page = ada.get(PATH).text
    assert page.index("A price was added") < page.index("A product was added")
    assert page.count("<h2") == 2


def test_nothing_of_another_merchant_is_shown(ada):
    customer = a_customer(name="Secret Person")
    an_invoice(customer=customer)
    page = ada.get(PATH).text
    assert "Nothing has happened yet" in page
    assert "Nothing matches" in ada.get(f"{PATH}?customer={customer.id}").text


def test_filters_by_who_and_what(merchant, ada):
    at = now()
    with events.acting_as(Actor(ActorKind.CUSTOMER, "cus_1", "Jenny")):
        events.record("customer.updated", merchant, at=at)
    with events.acting_as(Actor(ActorKind.MEMBER, "usr_1", "Ada")):
        events.record("product.created", merchant, at=at)
    events.record("customer.subscription.renewed", merchant, at=at)
    shown = {
        "who=customers": "details changed",
        "who=team": "A product was added",
        "who=system": "A subscription renewed",
        "kind=subscriptions": "A subscription renewed",
        "kind=products": "A product was added",
        "who=team&kind=products": "A product was added",
    }
    for query, words in shown.items():
        page = ada.get(f"{PATH}?{query}").text
        found = [each for each in set(shown.values()) if each in page]
        assert found == [words], query
    assert "Nothing matches" in ada.get(f"{PATH}?who=team&kind=invoices").text


@pytest.mark.parametrize("query", ["who=x", "kind='", "after=nonsense", "customer=cus_x%00"])
def test_what_cannot_be_understood_filters_nothing_or_is_refused(merchant, ada, query):
    events.record("product.created", merchant, at=now())
    answer = ada.get(f"{PATH}?{query}")
    assert answer.status_code == (400 if "%00" in query else 200)
    assert "%00" in query or "A product was added" in answer.text


def test_older_ones_follow_without_gap_and_overlap(merchant, ada):
    for number in range(60):
        events.record("invoice.paid", merchant, at=now(), number=f"N{number:02}")
    seen, url = [], PATH
    while url:
        page = ada.get(url).text
        seen += [number for number in range(60) if f"Invoice N{number:02} was paid" in page]
        link = page.partition('id="activity-more"')[2].partition('href="')[2]
        url = link.partition('"')[0].replace("&amp;", "&")
    assert sorted(seen) == list(range(60))


def test_the_words_of_customers_are_shown_as_text(merchant, ada):
    customer = a_customer(merchant=merchant, name="<script>alert(1)</script>")
    an_invoice(customer=customer)
    assert "<script>alert" not in ada.get(PATH).text


def test_an_unknown_type_is_shown_as_it_is(merchant, ada):
    events.record("something.happened", merchant, at=now())
    assert "something.happened" in ada.get(PATH).text
