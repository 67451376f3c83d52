"""Tax ids: the kinds that can be kept, and whether one is written correctly.

The names of the kinds are those of the API's dialect. Only the form and the
check digits are looked at; whether the number was given out is asked elsewhere.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

import stdnum.ar.cuit
import stdnum.au.abn
import stdnum.br.cnpj
import stdnum.br.cpf
import stdnum.ca.bn
import stdnum.ch.uid
import stdnum.ch.vat
import stdnum.cl.rut
import stdnum.de.stnr
import stdnum.es.cif
import stdnum.eu.vat
import stdnum.gb.vat
import stdnum.in_.gstin
import stdnum.is_.vsk
import stdnum.jp.cn
import stdnum.kr.brn
import stdnum.li.peid
import stdnum.mx.rfc
import stdnum.no.mva
import stdnum.nz.ird
import stdnum.rs.pib
import stdnum.sg.uen
import stdnum.th.tin
import stdnum.tr.vkn
import stdnum.ua.edrpou
import stdnum.us.ein
from stdnum.exceptions import InvalidComponent, ValidationError

from portal.billing.errors import BillingError
from portal.billing.tax_rates import EU

MAX_LENGTH = 40
EU_PREFIXES = MappingProxyType({country: country for country in EU} | {"GR": "EL"})


class TaxIdMalformed(BillingError):
    """The value is not written as ids of its kind are, or its check digit is wrong."""

    code = "tax_id_malformed"


class TaxIdTypeUnknown(BillingError):
    """There is no such kind of tax id."""

    code = "tax_id_type_unknown"


class TaxIdVerification(StrEnum):
    """What the register of VAT ids (VIES) said of a number."""

    NOT_ASKED = "not_asked"
    PENDING = "pending"
    VALID = "valid"
    INVALID = "invalid"


@dataclass(frozen=True, slots=True)
class TaxIdType:
    """`country` is "" where several share the kind; `example` shows how one is written."""

    type: str
    country: str
    example: str
    validate: Callable[[str], str]


def _canadian_vat(number: str) -> str:
    """A business number with the account that GST and HST have."""
    stored = stdnum.ca.bn.validate(number)
    if stored[9:11] != "RT":
        raise InvalidComponent
    return stored


_LIST = (
    TaxIdType("eu_vat", "", "DE136695976", stdnum.eu.vat.validate),
    TaxIdType("de_stn", "DE", "181/815/08155", stdnum.de.stnr.validate),
    TaxIdType("es_cif", "ES", "J99216582", stdnum.es.cif.validate),
    TaxIdType("gb_vat", "GB", "GB980780684", stdnum.gb.vat.validate),
    TaxIdType("ch_vat", "CH", "CHE-107.787.577 MWST", stdnum.ch.vat.validate),
    TaxIdType("ch_uid", "CH", "CHE-100.155.212", stdnum.ch.uid.validate),
    TaxIdType("li_uid", "LI", "CHE-100.155.212", stdnum.ch.uid.validate),
    TaxIdType("no_vat", "NO", "995525828MVA", stdnum.no.mva.validate),
    TaxIdType("is_vat", "IS", "00621", stdnum.is_.vsk.validate),
    TaxIdType("rs_pib", "RS", "101134702", stdnum.rs.pib.validate),
    TaxIdType("tr_tin", "TR", "4540536920", stdnum.tr.vkn.validate),
    TaxIdType("us_ein", "US", "04-2103594", stdnum.us.ein.validate),
    TaxIdType("ca_bn", "CA", "123026635", stdnum.ca.bn.validate),
    TaxIdType("ca_gst_hst", "CA", "123026635RT0001", _canadian_vat),
    TaxIdType("mx_rfc", "MX", "GODE561231GR8", stdnum.mx.rfc.validate),
    TaxIdType("br_cnpj", "BR", "16.727.230/0001-97", stdnum.br.cnpj.validate),
    TaxIdType("br_cpf", "BR", "390.533.447-05", stdnum.br.cpf.validate),
    TaxIdType("ar_cuit", "AR", "20-05536168-2", stdnum.ar.cuit.validate),
    TaxIdType("cl_tin", "CL", "12.531.909-2", stdnum.cl.rut.validate),
    TaxIdType("au_abn", "AU", "83914571673", stdnum.au.abn.validate),
    TaxIdType("nz_gst", "NZ", "49-098-576", stdnum.nz.ird.validate),
    TaxIdType("in_gst", "IN", "27AAPFU0939F1ZV", stdnum.in_.gstin.validate),
    TaxIdType("jp_cn", "JP", "5835678256246", stdnum.jp.cn.validate),
    TaxIdType("kr_brn", "KR", "116-82-00276", stdnum.kr.brn.validate),
    TaxIdType("sg_uen", "SG", "00192200M", stdnum.sg.uen.validate),
    TaxIdType("th_vat", "TH", "1234545678781", stdnum.th.tin.validate),
)

TAX_ID_TYPES: Mapping[str, TaxIdType] = MappingProxyType({kind.type: kind for kind in _LIST})


def check(kind: str, value: str, country: str = "") -> str:
    """The id as it is stored: without spaces and punctuation, in capitals.

    `country` (ISO 3166) is the owner's: an EU VAT number written without its
    country's prefix gets that one. Raises TaxIdTypeUnknown, TaxIdMalformed.
    """
    if kind not in TAX_ID_TYPES:
        raise TaxIdTypeUnknown(type=kind)
    typed = value.strip().upper()
    if kind == "eu_vat":
        typed = _with_prefix(typed, country)
    try:
        if not typed.isascii() or len(typed) > MAX_LENGTH:
            raise ValidationError
        stored = TAX_ID_TYPES[kind].validate(typed)
    except ValidationError as malformed:
        example = TAX_ID_TYPES[kind].example
        raise TaxIdMalformed(type=kind, value=value, example=example) from malformed
    return f"GB{stored}" if kind == "gb_vat" else stored


def types_for(country: str) -> list[TaxIdType]:
    """All kinds, those of that country first: what a form's list shows."""

    def elsewhere(kind: TaxIdType) -> bool:
        return not (kind.country == country or (kind.type == "eu_vat" and country in EU))

    return sorted(_LIST, key=elsewhere)


def _with_prefix(typed: str, country: str) -> str:
    if typed.startswith("GR"):
        return "EL" + typed[2:]
    if typed[:2].isalpha() or country not in EU_PREFIXES:
        return typed
    return EU_PREFIXES[country] + typed
