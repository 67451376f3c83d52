"""An empty list of customers to fill in."""

from typing import Any

from flask import Blueprint, Response

from portal.documents.csv_text import csv_text
from portal.documents.customer_list import COLUMNS

bp = Blueprint("customer_templates", __name__, url_prefix="/customers/imports/template")

EXAMPLE = {
    "email": "name@example.com",
    "name": "Ada Lovelace",
    "company": "Analytical Engines",
    "line1": "Gartenweg 3",
    "postal_code": "10115",
    "city": "Berlin",
    "country": "DE",
    "language": "de",
}


@bp.get("")
def show() -> Any:
    lines = csv_text(COLUMNS, [[EXAMPLE.get(column, "") for column in COLUMNS]])
    answer = Response("".join(lines), content_type="text/csv; charset=utf-8")
    answer.headers.set("Content-Disposition", "attachment", filename="customers-template.csv")
    return answer
