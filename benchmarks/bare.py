"""The bare page that everything is compared with.

Flask, Jinja, Babel, one Peewee query, 50 rows: what such an application costs before
it does anything. The same server and number of workers as ours.
"""

import os
from datetime import UTC, datetime

from flask import Flask, render_template
from flask_babel import Babel, format_currency
from jinja2 import DictLoader
from peewee import BigIntegerField, DateTimeField, Model, TextField
from playhouse.pool import PooledSqliteDatabase

ROWS = 50
PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>{{ _("Invoices") }}</title></head>
<body>
<h1>{{ _("Invoices") }}</h1>
<table>
<thead><tr><th>{{ _("Number") }}</th><th>{{ _("Date") }}</th><th>{{ _("Amount") }}</th></tr></thead>
<tbody>
{% for row in rows %}
<tr><td>{{ row.number }}</td><td>{{ row.issued }}</td>
<td>{{ format_currency(row.amount / 100, "EUR") }}</td></tr>
{% endfor %}
</tbody>
</table>
</body>
</html>"""

database = PooledSqliteDatabase(
    os.environ["BARE_DATABASE"], pragmas={"journal_mode": "wal"}, check_same_thread=False
)


class Row(Model):
    number = TextField()
    issued = DateTimeField()
    amount = BigIntegerField()

    class Meta:
        database = database


def make() -> Flask:
    app = Flask(__name__)
    app.jinja_loader = DictLoader({"index.html": PAGE})
    Babel(app, locale_selector=lambda: "en")
    app.jinja_env.globals.update(format_currency=format_currency)

    @app.before_request
    def connect() -> None:
        database.connect(reuse_if_open=True)

    @app.teardown_request
    def close(_error: BaseException | None) -> None:
        if not database.is_closed():
            database.close()

    @app.get("/")
    def index() -> str:
        return render_template("index.html", rows=list(Row.select().limit(ROWS)))

    return app


def fill() -> None:
    with database:
        database.create_tables([Row])
        if Row.select().exists():
            return
        for number in range(ROWS):
            issued = datetime(2026, 1 + number % 12, 1, tzinfo=UTC).replace(tzinfo=None)
            Row.create(number=f"BARE-{number:06d}", issued=issued, amount=1999 + number)


fill()
app = make()
