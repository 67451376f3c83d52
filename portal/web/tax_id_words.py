"""What the kinds of tax ids are called, and what the register said of them."""

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal import formatting
from portal.billing.customer_tax_ids import TaxId
from portal.billing.merchants import Merchant
from portal.billing.tax_ids import TaxIdVerification
from portal.web.locale import language

TAX_ID_KINDS = {
    "eu_vat": _l("VAT ID (EU)"),
    "de_stn": _l("German tax number"),
    "es_cif": _l("Spanish CIF number"),
    "gb_vat": _l("United Kingdom VAT number"),
    "ch_vat": _l("Swiss VAT number"),
    "ch_uid": _l("Swiss UID number"),
    "li_uid": _l("Liechtenstein UID number"),
    "no_vat": _l("Norwegian VAT number"),
    "is_vat": _l("Icelandic VAT number"),
    "rs_pib": _l("Serbian PIB number"),
    "tr_tin": _l("Turkish tax number"),
    "us_ein": _l("United States EIN"),
    "ca_bn": _l("Canadian business number"),
    "ca_gst_hst": _l("Canadian GST/HST number"),
    "mx_rfc": _l("Mexican RFC number"),
    "br_cnpj": _l("Brazilian CNPJ number"),
    "br_cpf": _l("Brazilian CPF number"),
    "ar_cuit": _l("Argentinian CUIT number"),
    "cl_tin": _l("Chilean RUT number"),
    "au_abn": _l("Australian business number"),
    "nz_gst": _l("New Zealand GST number"),
    "in_gst": _l("Indian GST number"),
    "jp_cn": _l("Japanese corporate number"),
    "kr_brn": _l("Korean business registration number"),
    "sg_uen": _l("Singaporean UEN"),
    "th_vat": _l("Thai VAT number"),
}


def tax_id_kind(code: str) -> Any:
    """The name of a kind; an unknown code is given back."""
    return TAX_ID_KINDS.get(code, code)


def verification_words(tax_id: TaxId) -> str:
    """How far an id of a customer can be trusted; what has no register was read only."""
    if tax_id.type != "eu_vat":
        return _("Format checked")
    return _words(tax_id.merchant, tax_id.verification, tax_id.verified_at, tax_id.proof)


def own_verification_words(merchant: Merchant) -> str:
    """The same of the merchant's own VAT id."""
    verification = merchant.vat_id_verification
    return _words(merchant, verification, merchant.vat_id_verified_at, merchant.vat_id_proof)


def _words(
    merchant: Merchant,
    verification: TaxIdVerification,
    asked_at: datetime | None,
    proof: dict[str, Any],
) -> str:
    if verification == TaxIdVerification.PENDING:
        return _("Not yet checked: VIES does not answer at the moment. We ask again.")
    if asked_at is None:
        return _("Not yet checked by VIES")
    date = formatting.date_long(merchant.day(asked_at), language())
    is_valid = verification == TaxIdVerification.VALID
    if proof.get("is_simulated"):
        if is_valid:
            return _("Confirmed on %(date)s (simulated: this is a sandbox)", date=date)
        return _("Not found on %(date)s (simulated: this is a sandbox)", date=date)
    if is_valid:
        return _("Confirmed on %(date)s by VIES", date=date)
    return _("Not found by VIES on %(date)s", date=date)
