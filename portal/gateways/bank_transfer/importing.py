"""Taking over a statement: every entry once, however often its file comes."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import datetime

from portal.billing import events
from portal.billing.events import Actor
from portal.billing.merchants import Merchant
from portal.database import write
from portal.gateways.bank_transfer.entries import Entry
from portal.gateways.bank_transfer.reading import read_statement
from portal.gateways.bank_transfer.records import BankStatement, BankTransaction
from portal.ids import new_id

LONGEST_NAME = 200


def import_statement(
    merchant: Merchant, data: bytes, *, filename: str, actor: Actor, at: datetime
) -> BankStatement:
    """Keep what the file holds, to be looked at; nothing is booked.

    Money that went out is counted only, unless it is a direct debit that came back. Raises
    `StatementUnreadable`.
    """
    read = read_statement(data, merchant.currency)
    wanted = [entry for entry in read.entries if entry.is_credit or entry.is_return]
    with write():
        statement = BankStatement.create(
            merchant=merchant,
            actor_id=actor.id,
            actor_name=actor.name,
            filename=filename[:LONGEST_NAME],
            format=read.format,
            account=read.account,
            problems=[list(problem) for problem in read.problems],
            outgoing_count=len(read.entries) - len(wanted),
            created_at=at,
        )
        repeated = [
            [entry.line, entry.booked_on, entry.amount, entry.currency, entry.name]
            for entry, fingerprint in fingerprinted(wanted)
            if not _kept(statement, entry, fingerprint, at)
        ]
        statement.repeated = repeated
        statement.save()
        events.record("bank_statement.imported", merchant, at=at, object_id=statement.id)
    return statement


def fingerprinted(entries: Iterable[Entry]) -> Iterator[tuple[Entry, str]]:
    """Each entry with what it is known by in every file that holds it.

    The bank's own reference, or that of the payer, with day and amount; where there is
    neither, all that is said. Equal ones in one file are counted, since somebody may well
    pay the same twice on a day.
    """
    seen: Counter[str] = Counter()
    for entry in entries:
        known_by: tuple[str, ...] = (entry.bank_reference, entry.end_to_end_id)
        if not any(known_by):
            known_by = (entry.name, entry.iban, entry.text, entry.creditor_reference)
        said = (
            *known_by,
            entry.booked_on,
            str(entry.amount),
            entry.currency,
            str(entry.is_credit),
        )
        same = hashlib.sha256("\x00".join(said).encode()).hexdigest()
        seen[same] += 1
        yield entry, f"{same}-{seen[same]}"


def _kept(statement: BankStatement, entry: Entry, fingerprint: str, at: datetime) -> bool:
    """Whether it was new; the unique index decides, also between two uploads at once."""
    columns = asdict(entry)
    del columns["is_credit"]
    row = BankTransaction.insert(
        id=new_id(BankTransaction.PREFIX, at),
        created_at=at,
        merchant=statement.merchant_id,
        statement=statement,
        fingerprint=fingerprint,
        **columns,
    )
    return bool(list(row.on_conflict_ignore().returning(BankTransaction.id).execute()))


def discard(statement: BankStatement) -> bool:
    """Forget a statement of which nothing was confirmed; False where something was.

    Its entries come in again with the next file that holds them.
    """
    with write():
        statement.refresh()
        if BankTransaction.of(statement).where(BankTransaction.outcome != "").exists():
            return False
        statement.delete_instance()
    return True
