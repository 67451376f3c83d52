from portal.selfservice.branding import Branding
from portal.selfservice.first_steps import FirstSteps, first_steps
from tests.factories import NOW, a_customer, a_login_link, a_merchant, a_product


def test_a_new_merchant_has_done_nothing(db: None):
    a_product()
    a_customer()
    a_login_link()
    steps = first_steps(a_merchant())
    assert steps == FirstSteps(*[False] * 5)
    assert steps.done_count == 0


def test_each_step_ticks_itself_off(db: None):
    merchant = a_merchant()
    a_product(merchant=merchant)
    assert first_steps(merchant) == FirstSteps(True, False, False, False, False)
    a_customer(merchant=merchant)
    assert first_steps(merchant) == FirstSteps(True, True, False, False, False)
    a_login_link(merchant=merchant)
    assert first_steps(merchant) == FirstSteps(True, True, True, False, False)
    Branding.change(merchant, at=NOW, font="system")
    assert first_steps(merchant) == FirstSteps(True, True, True, True, False)
    merchant.shared_at = NOW
    assert first_steps(merchant).are_done


def test_a_link_that_was_deactivated_is_to_be_activated_again(db: None):
    link = a_login_link()
    link.deactivate(at=NOW)
    assert not first_steps(link.merchant).link
