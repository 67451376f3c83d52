"""What the kinds of tax ids are called."""

from typing import Any

from flask_babel import lazy_gettext as _l

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
