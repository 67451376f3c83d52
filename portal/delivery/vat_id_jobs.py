"""The jobs that ask the register of VAT ids. A failure is tried again for about three days."""

from datetime import datetime

from portal.accounts.settings import verify_vat_id
from portal.billing.customer_tax_ids import TaxId
from portal.billing.events import Event
from portal.billing.merchants import Merchant
from portal.billing.tax_treatment import vat_id_of
from portal.delivery.jobs import Run, job
from portal.delivery.vies import Answer, ViesUnavailable, ask

# Test data stay in the house. So that both answers can be tried, ids that end in this are
# unknown to the sandbox's register.
REFUTED_IN_SANDBOX = "0"


@job
def verify_tax_id(run: Run, event: str) -> None:
    """A customer's, once it is added. No transaction is open while the register is asked."""
    found = Event.get_or_none(Event.id == event)
    tax_id = found and TaxId.get_or_none(TaxId.id == found.object_id)
    if not tax_id or tax_id.type != "eu_vat":
        return
    try:
        answer = answer_for(run, tax_id.merchant, tax_id.value)
    except ViesUnavailable:
        tax_id.await_answer()
        raise
    if answer:
        tax_id.verify(*answer, at=moment_of(run, tax_id.merchant))


@job
def verify_merchant(run: Run, event: str) -> None:
    """The merchant's own, once it changed."""
    found = Event.get_or_none(Event.id == event)
    if not found or "vat_id" not in found.data.get("changed", ()):
        return
    merchant = found.merchant
    vat_id = vat_id_of(merchant)
    if vat_id and (answer := answer_for(run, merchant, vat_id)):
        verify_vat_id(merchant, vat_id, *answer, at=moment_of(run, merchant))


def answer_for(run: Run, merchant: Merchant, vat_id: str) -> Answer | None:
    """None where no register is configured. Raises `ViesUnavailable`."""
    if merchant.is_sandbox:
        is_valid = not vat_id.endswith(REFUTED_IN_SANDBOX)
        return Answer(is_valid, {"valid": is_valid, "is_simulated": True})
    if not run.settings.vies_url:
        return None
    return ask(run.settings.vies_url, vat_id, vat_id_of(merchant))


def moment_of(run: Run, merchant: Merchant) -> datetime:
    """The merchant's business time of a job."""
    return merchant.time(run.at)
