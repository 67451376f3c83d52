"""What all forms share."""

from datetime import date
from typing import Any

from flask_babel import gettext
from flask_wtf import FlaskForm
from wtforms import DateField, Field, IntegerField, SelectField, SelectMultipleField, StringField
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput

from portal.billing.card_numbers import contains_card_number
from portal.web.csrf import SessionCSRF

# Outside of these, counting on by periods or into another zone leaves the calendar.
FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2199, 12, 31)


class Form(FlaskForm):
    """A form whose token is bound to the session row."""

    class Meta(FlaskForm.Meta):
        csrf = True
        csrf_class = SessionCSRF
        csrf_field_name = "csrf_token"

        def render_field(self, field: Field, render_kw: dict[str, Any]) -> Any:
            """Templates write `hx_post=…`, because their keywords have no hyphens."""
            attributes = {
                key.replace("_", "-") if key.startswith("hx_") else key: value
                for key, value in render_kw.items()
            }
            return super().render_field(field, attributes)

    def process(self, *given: Any, **more: Any) -> None:
        """A text that was not sent at all is as good as an empty one."""
        super().process(*given, **more)
        for field in self:
            if self.is_submitted() and isinstance(field, StringField) and field.data is None:
                field.data = ""

    def fill(self, **values: Any) -> "Form":
        """Show stored values, unless the reader has typed something already."""
        if not self.is_submitted():
            for name, value in values.items():
                if name in self._fields:
                    self._fields[name].data = value
        return self


def stripped(value: str | None) -> str:
    return (value or "").strip()


class TextLine(StringField):
    """One line of text, without spaces around it."""

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata([stripped(value) for value in valuelist])


class WholeNumber(IntegerField):
    """A count without fraction."""

    errors: Any

    def process_formdata(self, valuelist: list[str]) -> None:
        text = (valuelist[0] if valuelist else "").strip()
        if not text:
            return
        if not text.isascii() or not text.isdigit() or len(text) > 9:
            self.data = None
            raise ValueError(gettext("Enter a whole number."))
        self.data = int(text)

    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        """One complaint is enough: that it is no whole number, or else which ones fit."""
        if len(self.errors) > 1:
            text = (self.raw_data or [""])[0].strip()
            is_whole = text.isascii() and text.removeprefix("-").isdigit()
            self.errors = [self.errors[-1 if is_whole else 0]]


class Day(DateField):
    """A day that can be reckoned with."""

    data: Any

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        if self.data and not FIRST_DAY <= self.data <= LAST_DAY:
            self.data = None
            raise ValueError(gettext("Enter a date."))


class Checkboxes(SelectMultipleField):
    """Some of a list, each with a box of its own."""

    option_widget = CheckboxInput()


class Choice(SelectField):
    """A select whose choices are given when the form is made."""


class NoCardNumber:
    """For every field that takes free text: a card number is refused, never stored."""

    def __call__(self, form: Any, field: Field) -> None:
        if contains_card_number(field.data or ""):
            raise ValidationError(
                gettext("This looks like a card number. Please do not enter one here.")
            )
