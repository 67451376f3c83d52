"""What all forms share."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import SelectField, StringField

from portal.web.csrf import SessionCSRF


class Form(FlaskForm):
    """A form whose token is bound to the session row."""

    class Meta:
        csrf = True
        csrf_class = SessionCSRF
        csrf_field_name = "csrf_token"

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


class Choice(SelectField):
    """A select whose choices are given when the form is made."""
