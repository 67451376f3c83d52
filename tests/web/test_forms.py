"""Kinds of fields that forms share."""

import pytest
from wtforms.validators import NumberRange

from portal.web.forms import Form, WholeNumber

RANGE = "Enter a number between 1 and 10."


class Counting(Form):
    count = WholeNumber("Count", validators=[NumberRange(1, 10, RANGE)])


@pytest.mark.parametrize(
    ("typed", "complaints"),
    [
        ("7", []),
        ("1.5", ["Enter a whole number."]),
        ("many", ["Enter a whole number."]),
        ("0", [RANGE]),
        ("-3", [RANGE]),
        ("99999999999", [RANGE]),
        ("", [RANGE]),
    ],
)
def test_a_count_that_cannot_be_gets_one_complaint(app, typed, complaints):
    with app.test_request_context("/", method="POST", data={"count": typed}):
        form = Counting(meta={"csrf": False})
        form.validate()

        assert [str(words) for words in form.count.errors] == complaints
