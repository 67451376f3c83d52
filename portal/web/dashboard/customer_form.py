"""What is typed about a customer."""

from typing import Any

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, SelectChoice, TextAreaField
from wtforms.validators import InputRequired, Length, Optional, Regexp, ValidationError

from portal.addresses import tidy_address
from portal.billing.customers import Customer
from portal.billing.emails import EmailMalformed, normalize_email
from portal.web import choices
from portal.web.address_fields import address_in, columns_of, complete, fields_for, rows_of
from portal.web.forms import Choice, Form, NoCardNumber, TextLine
from portal.web.legal_fields import business_fields

MOST_CC_EMAILS = 5
MOST_METADATA = 50
LONGEST_KEY, LONGEST_VALUE = 40, 500
SHIPPING = "shipping_"
PREFIXES = ("", SHIPPING)
BUSINESS = ("siren", "buyer_reference")
PHONE = r"^[+0-9 ()/.\-]{3,40}$"
COLUMNS = ("name", "company", "phone", "shipping_name", "notes")


def name_field(label: Any) -> TextLine:
    return TextLine(
        label,
        validators=[Length(max=256, message=_l("Use at most 256 characters.")), NoCardNumber()],
    )


class CustomerForm(Form):
    """`form_for` adds the fields of the addresses in their countries."""

    email = TextLine(_l("Email address"), validators=[InputRequired(_l("Enter an email address."))])
    same_email = BooleanField(_l("This is somebody else with the same address"))
    name = name_field(_l("Name"))
    company = name_field(_l("Company"))
    phone = TextLine(
        _l("Phone"),
        validators=[
            Optional(),
            Regexp(PHONE, message=_l("Please enter a phone number such as +49 30 1234567.")),
            NoCardNumber(),
        ],
    )
    shipping_name = name_field(_l("Recipient"))
    cc_emails = TextAreaField(_l("Further addresses for invoices"), validators=[Length(max=2000)])
    locale = Choice(_l("Language of emails and invoices"))
    currency = Choice(_l("Currency"))
    notes = TextAreaField(
        _l("Notes"),
        validators=[Length(max=5000, message=_l("Use at most 5000 characters.")), NoCardNumber()],
    )
    metadata = TextAreaField(_l("Further data"), validators=[Length(max=30_000), NoCardNumber()])

    def validate_email(self, field: Field) -> None:
        field.data = address_of(field.data)

    def validate_cc_emails(self, field: Field) -> None:
        found = dict.fromkeys(address_of(line) for line in lines_of(field))
        if len(found) > MOST_CC_EMAILS:
            raise ValidationError(gettext("Please enter at most five addresses."))
        self.addresses = list(found)

    def validate_metadata(self, field: Field) -> None:
        """One "key: value" a line."""
        self.pairs: dict[str, str] = {}
        for line in lines_of(field):
            key, colon, value = (part.strip() for part in line.partition(":"))
            if not (colon and key and len(key) <= LONGEST_KEY and len(value) <= LONGEST_VALUE):
                raise ValidationError(
                    gettext("Write one “key: value” a line. This is none: %(line)s", line=line[:80])
                )
            self.pairs[key] = value
        if len(self.pairs) > MOST_METADATA:
            raise ValidationError(gettext("Please enter at most 50 lines."))

    def validate(self, extra_validators: Any = None) -> bool:
        well = super().validate(extra_validators)
        addresses = [complete(self, prefix) for prefix in PREFIXES]
        return well and all(addresses)

    def rows(self, prefix: str = "") -> list[list[Field]]:
        return rows_of(self, prefix)

    def values(self) -> dict[str, Any]:
        """What is to be stored, by column, and nothing else of what was sent."""
        values = {name: (self[name].data or "").strip() for name in COLUMNS}
        for prefix in PREFIXES:
            values |= columns_of(address_in(self, prefix), prefix)
        values |= {
            name: self[name].data for name in BUSINESS if name in self and self[name].raw_data
        }
        if "currency" in self:
            values["currency"] = self.currency.data or None
        return values | {
            "email": self.email.data,
            "locale": self.locale.data or None,
            "cc_emails": self.addresses,
            "metadata": self.pairs,
        }


def form_for(customer: Customer | None, country: str) -> CustomerForm:
    """The form with the stored values, or with what was typed. `country` is the usual one."""
    fields: dict[str, Any] = {}
    for prefix, usual in (("", country), (SHIPPING, "")):
        stored = getattr(customer, f"{prefix}country") if customer else usual
        chosen = request.form.get(f"{prefix}country", stored)
        fields |= fields_for(chosen, prefix=prefix, section="off")
        fields |= {} if prefix else business_fields(chosen)
    form: CustomerForm = type("CustomerFormOfCountry", (CustomerForm,), fields)()
    for field in form:
        # It is not the reader's own address.
        field.render_kw = (field.render_kw or {}) | {"autocomplete": "off"}
    form.locale.choices = [SelectChoice("", gettext("Same as the business")), *choices.languages()]
    form.currency.choices = [
        SelectChoice("", gettext("Decided by the first invoice")),
        *choices.currencies(),
    ]
    if customer and customer.currency and customer.has_documents:
        del form.currency
    form.fill(**(stored_values(customer) if customer else {"country": country}))
    return form


def stored_values(customer: Customer) -> dict[str, Any]:
    return (
        {name: getattr(customer, name) for name in (*COLUMNS, *BUSINESS)}
        | columns_of(tidy_address(customer.address))
        | columns_of(tidy_address(customer.shipping_address), SHIPPING)
        | {"email": customer.email, "locale": customer.locale or ""}
        | {"currency": customer.currency or "", "cc_emails": "\n".join(customer.cc_emails)}
        | {"metadata": "\n".join(f"{key}: {value}" for key, value in customer.metadata.items())}
    )


def address_of(text: str) -> str:
    try:
        return normalize_email(text)
    except EmailMalformed as malformed:
        raise ValidationError(
            gettext("This is not an email address: %(address)s", address=text[:80])
        ) from malformed


def lines_of(field: Field) -> list[str]:
    return [line.strip() for line in (field.data or "").splitlines() if line.strip()]
