"""What the database alone can do: the same rows in raw SQL, a durable transaction a renewal."""

import time
from typing import Any

from portal.billing.events import Event
from portal.billing.invoice_lines import InvoiceLine
from portal.billing.invoices import Invoice
from portal.billing.payments import Payment
from portal.billing.subscriptions import Subscription
from portal.database import database, is_postgres, write
from portal.delivery.jobs import Job
from portal.gateways.sandbox.records import SandboxCharge

Statement = tuple[str, tuple[Any, ...]]
MOVED = ("period_index", "current_period_start", "current_period_end", "next_action_at")
TABLES = (Invoice, InvoiceLine, Payment, SandboxCharge, Event, Job)


def count() -> int:
    """Rows in the tables that a renewal adds to."""
    return sum(table.select().count() for table in TABLES)


def recorded(sample: int) -> list[list[Statement]]:
    """For each renewal that was just done: the inserts and updates that make its rows."""
    invoices = _rows(Invoice, "SELECT * FROM invoice ORDER BY id LIMIT " + str(sample))
    by_invoice = {row["id"]: _inserts(Invoice, row) for row in invoices}
    payments: dict[str, str] = {}
    objects = {key: key for key in by_invoice}
    for row in _rows(InvoiceLine):
        _add(by_invoice, row["invoice_id"], InvoiceLine, row)
    for row in _rows(Payment):
        payments[f"payment-{row['id']}"] = objects[row["id"]] = row["invoice_id"]
        _add(by_invoice, row["invoice_id"], Payment, row)
    for row in _rows(SandboxCharge):
        _add(by_invoice, payments.get(row["key"], ""), SandboxCharge, row)
    for row in invoices:
        objects[row["subscription_id"]] = row["id"]
    events: dict[str, str] = {}
    for row in _rows(Event):
        events[row["id"]] = objects.get(row["object_id"], "")
        _add(by_invoice, events[row["id"]], Event, row)
    for row in _rows(Job):
        named = next((key for key in events if False), "")
        event = str(row["arguments"]).partition('"event":"')[2].partition('"')[0]
        _add(by_invoice, events.get(event, named), Job, row)
    moved = {row["id"]: row for row in _rows(Subscription)}
    for row in invoices:
        by_invoice[row["id"]].append(_move(moved[row["subscription_id"]]))
        by_invoice[row["id"]].append(_number(row["merchant_id"]))
    return list(by_invoice.values())


def clear() -> None:
    """As before the run, but for the subscriptions, whose rows are written again as they are."""
    with write():
        for table in reversed(TABLES):
            table.delete().execute()


def rate(transactions: list[list[Statement]]) -> float:
    """Renewals a second, one durable transaction each."""
    connection = database.connection()
    cursor = connection.cursor()
    begun = time.perf_counter()
    for statements in transactions:
        cursor.execute("BEGIN" if is_postgres() else "BEGIN IMMEDIATE")
        for sql, values in statements:
            cursor.execute(sql, values)
        cursor.execute("COMMIT")
    return len(transactions) / (time.perf_counter() - begun)


def _rows(model: Any, sql: str = "") -> list[dict[str, Any]]:
    cursor = database.execute_sql(sql or f'SELECT * FROM "{model._meta.table_name}"')
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _add(
    by_invoice: dict[str, list[Statement]], invoice: str, model: Any, row: dict[str, Any]
) -> None:
    if invoice in by_invoice:
        by_invoice[invoice].extend(_inserts(model, row))


def _inserts(model: Any, row: dict[str, Any]) -> list[Statement]:
    columns = ", ".join(f'"{name}"' for name in row)
    marks = ", ".join([database.param] * len(row))
    table = model._meta.table_name
    return [(f'INSERT INTO "{table}" ({columns}) VALUES ({marks})', tuple(row.values()))]


def _move(row: dict[str, Any]) -> Statement:
    changes = ", ".join(f'"{name}" = {database.param}' for name in MOVED)
    values = (*(row[name] for name in MOVED), row["id"])
    return f'UPDATE "subscription" SET {changes} WHERE "id" = {database.param}', values


def _number(merchant: str) -> Statement:
    changes = '"next_invoice_number" = "next_invoice_number" + 1'
    return f'UPDATE "merchant" SET {changes} WHERE "id" = {database.param}', (merchant,)
