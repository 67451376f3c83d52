"""The job that takes over a list of customers."""

from datetime import datetime

from portal.billing.customer_imports import CustomerImport
from portal.delivery.jobs import Job, Run, Unfinished, enqueue, job


@job
def import_customers(run: Run, import_id: str) -> None:
    """One part of a list; the next one when others had their turn."""
    found = CustomerImport.get_or_none(CustomerImport.id == import_id)
    if found and found.run_part(at=run.at):
        raise Unfinished({"import_id": import_id})


def import_later(found: CustomerImport, *, at: datetime) -> Job:
    """Have a confirmed list taken over by a worker."""
    return enqueue(
        import_customers.__name__,
        at=at,
        merchant=found.merchant_id,
        unique_key=f"import_customers:{found.id}",
        import_id=found.id,
    )
