"""The form of the billing information: only the fields that the merchant allows."""

from typing import Any

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import Field, SelectChoice, TextAreaField
from wtforms.validators import Length, Optional, Regexp, ValidationError

from portal.addresses import tidy_address
from portal.billing.customers import Customer
from portal.billing.emails import EmailMalformed, normalize_email
from portal.selfservice.configurations import PortalConfiguration
from portal.web import choices
from portal.web.address_fields import address_in, columns_of, complete, fields_for, rows_of
from portal.web.forms import Choice, Form, NoCardNumber, TextLine
from portal.web.legal_fields import business_fields

MOST_CC_EMAILS = 5
LONGEST_NAME = 256
SHIPPING = "shipping_"
STORED = ("name", "company", "phone", "siren", "buyer_reference")
PHONE = r"^[+0-9 ()/.\-]{3,40}$"


def name_field(label: str, token: str) -> TextLine:
    return TextLine(
        label,
        validators=[
            Length(max=LONGEST_NAME, message=_l("Please write at most 256 characters.")),
            NoCardNumber(),
        ],
        render_kw={"autocomplete": token},
    )


class BillingInformationForm(Form):
    """What every customer may change; `form_for` adds what this merchant allows."""

    cc_emails = TextAreaField(_l("Further addresses for invoices"))
    locale = Choice(_l("Language of emails and invoices"))

    def validate_cc_emails(self, field: TextAreaField) -> None:
        """At most five, each well-formed; a repeated one counts once."""
        found: list[str] = []
        for line in filter(None, map(str.strip, (field.data or "").splitlines())):
            try:
                found.append(normalize_email(line))
            except EmailMalformed as malformed:
                raise ValidationError(
                    gettext("This is not an email address: %(address)s", address=line[:80])
                ) from malformed
        if len(addresses := list(dict.fromkeys(found))) > MOST_CC_EMAILS:
            raise ValidationError(gettext("Please enter at most five addresses."))
        self.addresses = addresses

    def validate(self, extra_validators: Any = None) -> bool:
        well = super().validate(extra_validators)
        addresses = [complete(self, prefix) for prefix in self.prefixes]
        return well and all(addresses)

    @property
    def prefixes(self) -> list[str]:
        return [prefix for prefix in ("", SHIPPING) if f"{prefix}country" in self]

    def rows(self, prefix: str = "") -> list[list[Field]]:
        return rows_of(self, prefix)

    def values(self) -> dict[str, Any]:
        """What is to be stored, by column."""
        names = ("name", "company", "phone", "shipping_name", "siren", "buyer_reference")
        values = {name: self[name].data for name in names if name in self and self[name].raw_data}
        for prefix in self.prefixes:
            values |= columns_of(address_in(self, prefix), prefix)
        return values | {"locale": self.locale.data or None, "cc_emails": self.addresses}


def form_for(customer: Customer, options: PortalConfiguration) -> BillingInformationForm:
    """The form with the stored values, or with what was typed."""
    fields: dict[str, Any] = {}
    if options.updates_name:
        fields["name"] = name_field(_l("Name"), "billing name")
        fields["company"] = name_field(_l("Company"), "billing organization")
        fields |= business_fields(str(request.form.get("country", customer.country)))
    if options.updates_phone:
        wrong = _l("Please enter a phone number such as +49 30 1234567.")
        fields["phone"] = TextLine(
            _l("Phone"),
            validators=[Optional(), Regexp(PHONE, message=wrong), NoCardNumber()],
            render_kw={"autocomplete": "tel", "type": "tel"},
        )
    if options.updates_address:
        fields |= address_fields(customer, "", "billing")
    if options.updates_shipping:
        fields["shipping_name"] = name_field(_l("Recipient"), "shipping name")
        fields |= address_fields(customer, SHIPPING, "shipping")
    made: BillingInformationForm = type("CustomerForm", (BillingInformationForm,), fields)()
    made.locale.choices = [
        SelectChoice("", gettext("Same as the business")),
        *choices.languages(),
    ]
    return made.fill(**stored_values(customer))


def address_fields(customer: Customer, prefix: str, section: str) -> dict[str, Any]:
    """Fields of the country just chosen, or of the one on record, which may not be emptied."""
    on_record = getattr(customer, f"{prefix}country")
    country = str(request.form.get(f"{prefix}country", on_record))
    return fields_for(country, prefix=prefix, section=section, needs_country=bool(on_record))


def stored_values(customer: Customer) -> dict[str, Any]:
    values = {name: getattr(customer, name) for name in STORED}
    return (
        values
        | columns_of(tidy_address(customer.address))
        | columns_of(tidy_address(customer.shipping_address), SHIPPING)
        | {"shipping_name": customer.shipping_name, "locale": customer.locale or ""}
        | {"cc_emails": "\n".join(customer.cc_emails)}
    )
