"""Taking over a list of customers: judged first, confirmed, and then part by part."""

from datetime import timedelta

import pytest

from portal.billing import customer_imports
from portal.billing.customer_imports import CustomerImport, ImportNotOpen, Outcome
from portal.billing.customers import Customer
from portal.billing.events import Actor, ActorKind, Event
from tests.factories import NOW, a_customer, a_merchant

pytestmark = pytest.mark.usefixtures("db")
MARA = Actor(ActorKind.MEMBER, "usr_1", "Mara")
LATER = NOW + timedelta(minutes=5)


def a_row(email="ada@example.test", problems=(), **given):
    columns = {"email": email, "name": "Ada", "locale": ""} | given
    return {"line": 2, "given": columns, "problems": list(problems)}


def an_import(*rows, merchant=None) -> CustomerImport:
    return CustomerImport.prepare(
        merchant or a_merchant(), rows or [a_row()], actor=MARA, filename="list.csv", at=NOW
    )


def outcomes(found: CustomerImport) -> list[str]:
    return [row["outcome"] for row in found.reload().rows]


def run(found: CustomerImport) -> CustomerImport:
    while found.run_part(at=LATER):
        pass
    return found.reload()


def test_each_row_is_judged_and_nothing_is_created():
    merchant = a_merchant()
    a_customer(merchant=merchant, email="known@example.test")
    found = an_import(
        a_row(),
        a_row("known@example.test"),
        a_row("ada@example.test"),
        a_row("nobody", problems=[("email", "malformed")]),
        merchant=merchant,
    )
    assert outcomes(found) == [Outcome.CREATE, Outcome.SKIP, Outcome.SKIP, Outcome.ERROR]
    assert Customer.select().count() == 1


def test_the_customer_of_another_merchant_is_not_known():
    a_customer(email="ada@example.test")
    assert outcomes(an_import()) == [Outcome.CREATE]


def test_a_row_with_an_error_does_not_stand_in_the_way_of_a_good_one():
    bad = a_row(problems=[("country", "unknown")])
    assert outcomes(an_import(bad, a_row())) == [Outcome.ERROR, Outcome.CREATE]


def test_nothing_runs_that_was_not_confirmed():
    found = an_import()
    assert not found.run_part(at=LATER)
    assert not Customer.select().exists()


def test_confirmed_rows_become_customers_that_can_be_found():
    found = an_import(a_row(name="Ada Lovelace", locale="de", city="Berlin"))
    found.confirm(at=NOW)
    done = run(found)
    customer = Customer.matching(found.merchant_id, "lovelace").get()
    assert (customer.locale, customer.city) == ("de", "Berlin")
    assert (done.created, done.skipped, done.failed, done.done) == (1, 0, 0, 1)


def test_what_did_not_come_in_is_kept_and_the_rest_forgotten():
    found = an_import(a_row(), a_row(), a_row("x", problems=[("email", "malformed")]))
    found.confirm(at=NOW)
    assert outcomes(run(found)) == [Outcome.SKIP, Outcome.ERROR]


def test_a_long_list_is_taken_over_part_by_part(monkeypatch):
    monkeypatch.setattr(customer_imports, "AT_ONCE", 2)
    found = an_import(*(a_row(f"a{number}@example.test") for number in range(5)))
    found.confirm(at=NOW)
    assert found.run_part(at=LATER)
    assert (found.reload().done, Customer.select().count()) == (2, 2)
    assert found.run_part(at=LATER)
    assert not found.run_part(at=LATER)
    assert Customer.select().count() == 5
    assert not found.run_part(at=LATER)
    assert Customer.select().count() == 5


def test_a_part_that_fails_leaves_nothing_behind(monkeypatch):
    found = an_import(a_row("a@example.test"), a_row("b@example.test", name="x" * 300))
    found.confirm(at=NOW)
    with pytest.raises(Exception, match=r"(?i)check"):
        found.run_part(at=LATER)
    assert not Customer.select().exists()
    assert found.reload().done == 0


def test_a_customer_who_came_in_meanwhile_is_skipped_and_said_so(monkeypatch):
    monkeypatch.setattr(customer_imports, "AT_ONCE", 1)
    found = an_import(a_row(), a_row("b@example.test"))
    found.confirm(at=NOW)
    a_customer(merchant=found.merchant, email="ada@example.test")
    done = run(found)
    assert (done.created, done.skipped) == (1, 1)
    assert outcomes(done) == [Outcome.SKIP]


def test_events_name_who_imported():
    found = an_import()
    found.confirm(at=NOW)
    run(found)
    created = Event.get(Event.type == "customer.created")
    assert (created.actor_kind, created.actor_name) == (ActorKind.MEMBER, "Mara")
    finished = Event.get(Event.type == "customer_import.finished")
    assert finished.data == {"created": 1, "failed": 0, "skipped": 0}


def test_confirming_twice_is_refused():
    found = an_import()
    found.confirm(at=NOW)
    with pytest.raises(ImportNotOpen):
        found.confirm(at=NOW)
    with pytest.raises(ImportNotOpen):
        CustomerImport.get_by_id(found.id).confirm(at=NOW)


def test_a_stale_copy_cannot_confirm_again():
    found = an_import()
    stale = CustomerImport.get_by_id(found.id)
    found.confirm(at=NOW)
    with pytest.raises(ImportNotOpen):
        stale.confirm(at=NOW)


def test_after_a_day_it_cannot_be_confirmed_any_more():
    with pytest.raises(ImportNotOpen):
        an_import().confirm(at=NOW + timedelta(hours=24))


def test_a_list_can_be_discarded_unless_it_runs():
    an_import().discard()
    assert not CustomerImport.select().exists()
    found = an_import()
    found.confirm(at=NOW)
    with pytest.raises(ImportNotOpen):
        found.discard()


def test_lists_that_nobody_wanted_are_swept_away():
    an_import()
    wanted = an_import()
    wanted.confirm(at=NOW)
    CustomerImport.sweep(NOW + timedelta(hours=25))
    assert [found.id for found in CustomerImport.select()] == [wanted.id]
    run(wanted)
    CustomerImport.sweep(NOW + timedelta(days=31))
    assert not CustomerImport.select().exists()
