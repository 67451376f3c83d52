"""No statement of a web page reaches beyond the merchant, or the customer, who asks."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from portal.database import database
from portal.records import RECORDS
from tests.web.test_every_route import clients, path_of, routes, world

__all__ = ["clients", "world"]  # fixtures

ID = re.compile(r"[a-z]+_[0-9A-Za-z]{22}")
DIGEST = re.compile(r"[0-9a-f]{64}")
TABLE = re.compile(r'(?:FROM|JOIN|UPDATE|INTO) "(\w+)"')
TENANTS = frozenset(
    record._meta.table_name for record in RECORDS if "merchant" in record._meta.fields
) | {"customer_term", "user", "dashboard_session"}
# Tables whose rows belong to no merchant, or are looked up before one is known.
SHARED = {
    "rate_counter": "buckets are named by digests",
    "heartbeat": "of the installation",
    "job": "written by pages, read by workers",
    "account_token": "found by the digest of a secret",
    "merchant": "the tenant itself: read by its id",
    "form_nonce": "of a session, written by its id",
    "sandbox_setup": "at the provider, found by a secret",
    "sandbox_charge": "at the provider, found by a secret",
    "sandbox_refund": "at the provider, found by a key that was given to it",
    "billing_clock": "of the installation",
}
# Statements on tenants' tables without any id, and why.
UNSCOPED = {
    'SELECT "t1"."id" FROM "user"': "whether anybody is there yet: the set-up page",
    'WHERE ("t1"."email" = ?)': "a person signs in by an address, unique in the installation",
    'FROM "stored_file" AS "t1" WHERE (("t1"."id" = ?) AND ("t1"."kind" IN': (
        "a public picture: its address carries the id and 64 bits of its hash"
    ),
    'FROM "login_link" AS "t1"': "found by 256 random bits",
    'FROM "provider_account" AS "t1" WHERE (("t1"."id" = ?) AND ("t1"."gateway" = ?))': (
        "a callback: its signature proves whose it is"
    ),
    'FROM "job" AS "t1" WHERE ("t1"."unique_key" = ?)': "the key names the merchant",
    'FROM "sepa_mandate" AS "t1" WHERE ("t1"."secret" = ?)': "found by 256 random bits, for a day",
}


class Statement(NamedTuple):
    sql: str
    values: tuple[Any, ...]

    @property
    def tables(self) -> set[str]:
        return set(TABLE.findall(self.sql))

    @property
    def scopes(self) -> list[str]:
        """Ids and digests that the statement is bound to."""
        texts = [value for value in self.values if isinstance(value, str)]
        return [text for text in texts if ID.fullmatch(text) or DIGEST.fullmatch(text)]


@contextmanager
def statements() -> Iterator[list[Statement]]:
    heard: list[Statement] = []
    engine = database.obj
    execute = engine.execute_sql

    def listening(sql: str, params: Any = None, *args: Any, **kwargs: Any) -> Any:
        heard.append(Statement(sql, tuple(params or ())))
        return execute(sql, params, *args, **kwargs)

    engine.execute_sql = listening
    try:
        yield heard
    finally:
        del engine.execute_sql


def asked(app, world, clients) -> Iterator[tuple[Any, str, list[Statement]]]:
    """Each route, its path, and what it asked of the database."""
    for method in ("GET", "POST"):
        for rule in routes(app, method):
            client = clients.get(rule.endpoint.partition(".")[0], clients["public"])
            path = path_of(app, rule, world)
            headers = {"X-CSRFToken": client.token()}
            cookies = dict(client._cookies)
            with database.atomic() as savepoint, statements() as heard:
                client.open(path, method=method, headers=headers)
                savepoint.rollback()
            client._cookies = cookies
            yield rule, path, heard


def is_allowed(statement: Statement) -> bool:
    return any(part.replace("?", database.param) in statement.sql for part in UNSCOPED)


def test_every_statement_on_a_tenants_table_names_whose_rows_it_means(app, world, clients):
    seen = 0
    for rule, _, heard in asked(app, world, clients):
        for statement in heard:
            if not statement.tables & TENANTS:
                continue
            seen += 1
            assert statement.scopes or is_allowed(statement), (rule, statement)
    assert seen > 300


def test_an_id_of_an_address_is_looked_up_together_with_its_owner(app, world, clients):
    """Only the first look decides: what it found may then be asked for by its id alone."""
    owners = {world["user"].merchant_id, world["customer"].id, world["user"].id}
    seen = 0
    for rule, path, heard in asked(app, world, clients):
        for given in ID.findall(path):
            looks = [one for one in heard if given in one.values and one.tables & TENANTS]
            if not looks:
                continue
            seen += 1
            assert owners & (set(looks[0].scopes) - {given}), (rule, looks[0])
    assert seen > 40


def test_every_table_is_a_tenants_or_known_to_be_shared():
    tables = {record._meta.table_name for record in RECORDS}
    assert tables - TENANTS - set(SHARED) == set(), "say in SHARED why it needs no merchant"
    assert set(SHARED) - tables == set(), "no longer there"
