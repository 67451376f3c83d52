"""Collections become a file for the merchant's bank: pain.008.001.08, valid by its schema."""

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sepaxml import SepaDD
from sepaxml.validation import ValidationError

from portal.billing import events
from portal.billing.errors import BillingError
from portal.billing.gateway import PaymentStatus
from portal.billing.merchants import Merchant
from portal.billing.statement_texts import statement_text
from portal.database import write
from portal.gateways.sepa import mandates
from portal.gateways.sepa.collecting import payment_of
from portal.gateways.sepa.records import SepaBatch, SepaCollection, SepaMandate
from portal.gateways.sepa.target_days import business_day_from
from portal.ids import new_id

SCHEMA = "pain.008.001.08"
MOST_IN_A_FILE = 5_000
FIRST, FURTHER, ONCE = "FRST", "RCUR", "OOFF"
# How letters are written that not every bank takes (EPC217-08, best practices).
SPELLED = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss", "&": "+"}
)
FOREIGN = re.compile(r"[^A-Za-z0-9/\-?:().,'+ ]")


class NothingToCollect(BillingError):
    """No collection is due by that day."""

    code = "nothing_to_collect"


class CreditorIncomplete(BillingError):
    """The merchant's account, its holder or the creditor identifier is missing."""

    code = "creditor_incomplete"


class BatchOvertaken(BillingError):
    """Somebody exported some of these collections at the same time."""

    code = "batch_overtaken"


class BatchInvalid(BillingError):
    """The file would not follow the schema, so it was not made."""

    code = "batch_invalid"


def export(merchant: Merchant, until: date, *, actor_name: str, at: datetime) -> SepaBatch:
    """Put what is due up to `until` into a file, once. The file is kept as it is.

    A day that is over, or too near for a bank, becomes the next business day: later than
    announced is allowed, earlier is not. Raises `CreditorIncomplete`, `NothingToCollect`,
    `BatchOvertaken`, `BatchInvalid`.
    """
    if not mandates.is_ready(merchant):
        raise CreditorIncomplete
    due = SepaCollection.to_submit(merchant).where(SepaCollection.due_on <= until.isoformat())
    collections = list(due.limit(MOST_IN_A_FILE))
    if not collections:
        raise NothingToCollect
    soonest = business_day_from(merchant.day(at) + timedelta(days=1))
    _set_days_and_types(collections, soonest)
    # The schema takes a second to check: not while others wait to write.
    message_id, xml = _file(merchant, collections)
    with write():
        batch = SepaBatch.create(
            id=new_id(SepaBatch.PREFIX, at),
            merchant=merchant,
            message_id=message_id,
            count=len(collections),
            total=sum(collection.amount for collection in collections),
            actor_name=actor_name,
            xml=xml,
            created_at=at,
        )
        _take(batch, collections)
        events.record("sepa_batch.exported", merchant, at=at, object_id=batch.id, count=batch.count)
    return batch


def note_download(batch: SepaBatch, *, at: datetime) -> None:
    """Write down that the file was fetched, and by whom: it holds account numbers."""
    with write():
        events.record(
            "sepa_batch.downloaded",
            batch.merchant_id,
            at=at,
            object_id=batch.id,
            count=batch.count,
        )


def _set_days_and_types(collections: Sequence[SepaCollection], soonest: date) -> None:
    used = _mandates_used(collections)
    for collection in collections:
        collection.due_on = business_day_from(max(collection.due_date, soonest)).isoformat()
        mandate = collection.mandate
        collection.sequence_type = FURTHER if mandate.id in used else FIRST
        if mandate.is_one_off:
            collection.sequence_type = ONCE
        used.add(mandate.id)


def _mandates_used(collections: Sequence[SepaCollection]) -> set[str]:
    """Mandates of which a collection went out before, and was not refused at once."""
    ids = {collection.mandate_id for collection in collections}
    rows = (
        SepaCollection.select(SepaCollection.mandate)
        .where(
            SepaCollection.mandate.in_(ids)
            & SepaCollection.batch.is_null(False)
            & (SepaCollection.status != PaymentStatus.FAILED)
        )
        .distinct()
        .tuples()
    )
    return {mandate_id for (mandate_id,) in rows}


def _file(merchant: Merchant, collections: Sequence[SepaCollection]) -> tuple[str, str]:
    config = {
        "name": plain(merchant.account_holder, 70),
        "IBAN": merchant.iban,
        "batch": True,
        "creditor_id": merchant.creditor_id,
        "currency": "EUR",
    }
    if merchant.bic:
        config["BIC"] = merchant.bic
    document = SepaDD(config, schema=SCHEMA, clean=True)
    for collection in collections:
        document.add_payment(_debit(merchant, collection))
    try:
        return document.msg_id, document.export(validate=True).decode()
    except ValidationError as wrong:
        raise BatchInvalid from wrong


def _debit(merchant: Merchant, collection: SepaCollection) -> dict[str, object]:
    mandate: SepaMandate = collection.mandate
    payment = payment_of(collection)
    invoice = payment.invoice if payment else None
    number = invoice.number if invoice else collection.end_to_end_id
    return {
        "name": plain(mandate.debtor_name, 70),
        "IBAN": mandate.iban,
        "amount": collection.amount,
        "type": collection.sequence_type,
        "collection_date": collection.due_date,
        "mandate_id": mandate.reference,
        "mandate_date": merchant.day(mandate.accepted_at),
        "description": plain(f"{number} {statement_text(merchant, invoice)}", 140),
        "endtoend_id": collection.end_to_end_id,
    }


def plain(text: str, longest: int) -> str:
    """In the letters that every bank of SEPA understands (EPC217-08)."""
    from text_unidecode import unidecode  # noqa: PLC0415 - a table of 60 KB, for exports only

    spelled = unidecode(text.translate(SPELLED))
    return " ".join(FOREIGN.sub(" ", spelled).split())[:longest].strip() or "-"


def _take(batch: SepaBatch, collections: Sequence[SepaCollection]) -> None:
    """All of them, or none where one was taken meanwhile."""
    for collection in collections:
        mine = (
            (SepaCollection.id == collection.id)
            & SepaCollection.batch.is_null()
            & (SepaCollection.status == PaymentStatus.PENDING)
        )
        columns = {
            "batch": batch,
            "due_on": collection.due_on,
            "sequence_type": collection.sequence_type,
        }
        if SepaCollection.update(columns).where(mine).execute() != 1:
            raise BatchOvertaken
