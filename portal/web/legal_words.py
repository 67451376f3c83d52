"""What is said of duties: what an invoice lacks, and what a small business means where."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.billing.legal_requirements import Lacking, lacking
from portal.billing.merchants import Merchant

LACKING = {
    Lacking.ADDRESS: _l("Your invoices lack your postal address."),
    Lacking.TAX_NUMBER: _l("Your invoices lack your tax number or VAT ID."),
    Lacking.VAT_ID: _l("Your invoices lack your VAT ID."),
    Lacking.SIREN: _l("Your invoices lack your SIREN number."),
}


def lacking_words(merchant: Merchant) -> list[Any]:
    """A sentence for each thing that the law wants on invoices and that is not known."""
    return [LACKING[found] for found in lacking(merchant)]


def small_business_words(country: str) -> str:
    """What that tax scheme means in a country."""
    if country == "DE":
        return _(
            "Kleinunternehmer under § 19 UStG: you charge no VAT, and your invoices say so. "
            "For a turnover of up to €25,000 in the previous year and €100,000 in this one."
        )
    if country == "FR":
        return _(
            "Franchise en base under article 293 B of the CGI: you charge no VAT, and your "
            "invoices say “TVA non applicable, art. 293 B du CGI”."
        )
    return _(
        "You are exempt as a small business (in the EU: Article 284 of the VAT Directive): "
        "you charge no VAT, and your invoices say so."
    )
