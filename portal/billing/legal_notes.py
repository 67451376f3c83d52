"""The sentences that the law wants on an invoice, in the languages of documents.

Words of the law, kept here and not in the catalogues of translation: who changes one
reads the paragraph first. What is said is taken down with the document when it is issued.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from portal.billing.tax_treatment import TaxReason

Words = Mapping[str, str]

LATE_PAYMENT = "late_payment"
RECOVERY_COSTS = "recovery_costs"
EARLY_PAYMENT = "early_payment"
VAT_ON_DEBITS = "vat_on_debits"

# § 34a Satz 1 Nr. 5 UStDV: a hint that the exemption of small businesses applies.
_SMALL_BUSINESS_DE = {
    "de": "Für diese Leistung gilt die Steuerbefreiung für Kleinunternehmer (§ 19 UStG).",
    "fr": "Exonération de TVA : régime des petites entreprises, § 19 de la loi allemande "
    "relative à la TVA (UStG).",
    "en": "Exempt from VAT: small business under § 19 of the German VAT Act (UStG).",
}
# Art. 242 nonies A, I, 12° annexe II CGI with art. 293 E CGI, which prescribes the French words.
_SMALL_BUSINESS_FR = {
    "de": "Keine Umsatzsteuer nach französischem Recht (TVA non applicable, art. 293 B du CGI).",
    "fr": "TVA non applicable, art. 293 B du CGI",
    "en": "VAT not applicable under French law (TVA non applicable, art. 293 B du CGI).",
}
_SMALL_BUSINESS = {
    "de": "Steuerbefreiung für Kleinunternehmen (Art. 284 der Richtlinie 2006/112/EG).",
    "fr": "Exonération de TVA : régime des petites entreprises "
    "(art. 284 de la directive 2006/112/CE).",
    "en": "Exempt from VAT: scheme for small enterprises (Article 284 of Directive 2006/112/EC).",
}
# § 14a Abs. 5 UStG; art. 242 nonies A, I, 13° annexe II CGI; Art. 226 no. 11a VAT Directive.
_REVERSE_CHARGE = {
    "de": "Steuerschuldnerschaft des Leistungsempfängers "
    "(Art. 44 und 196 der Richtlinie 2006/112/EG).",
    "fr": "Autoliquidation : la TVA est due par le preneur "
    "(art. 44 et 196 de la directive 2006/112/CE).",
    "en": "Reverse charge: VAT is payable by the customer "
    "(Articles 44 and 196 of Directive 2006/112/EC).",
}
# § 14a Abs. 3 UStG; art. 262 ter, I CGI; Art. 226 no. 11 VAT Directive.
_INTRA_COMMUNITY = {
    "de": "Steuerfreie innergemeinschaftliche Lieferung (Art. 138 der Richtlinie 2006/112/EG).",
    "fr": "Exonération de TVA : livraison intracommunautaire "
    "(art. 138 de la directive 2006/112/CE).",
    "en": "Exempt intra-Community supply (Article 138 of Directive 2006/112/EC).",
}
_EXPORT_DE = {
    "de": "Steuerfreie Ausfuhrlieferung (§ 4 Nr. 1 Buchst. a, § 6 UStG).",
    "fr": "Exonération de TVA : exportation hors de l’Union européenne "
    "(art. 146 de la directive 2006/112/CE).",
    "en": "Export exempt from VAT (Article 146 of Directive 2006/112/EC).",
}
_EXPORT_FR = {
    "de": "Steuerfreie Ausfuhr (Art. 146 der Richtlinie 2006/112/EG).",
    "fr": "Exonération de TVA, art. 262, I du CGI (exportation).",
    "en": "Export exempt from VAT (Article 146 of Directive 2006/112/EC).",
}
_EXPORT = _EXPORT_DE | {"de": _EXPORT_FR["de"]}
_OUTSIDE_SCOPE_DE = {
    "de": "Nicht im Inland steuerbare Leistung (§ 3a UStG).",
    "fr": "Prestation non soumise à la TVA allemande : lieu de la prestation hors d’Allemagne.",
    "en": "Not subject to German VAT: the place of supply is outside Germany.",
}
_OUTSIDE_SCOPE_FR = {
    "de": "Unterliegt nicht der französischen Umsatzsteuer (art. 259 ff. CGI).",
    "fr": "Opération non soumise à la TVA française (art. 259 et suivants du CGI).",
    "en": "Not subject to French VAT (art. 259 et seq. CGI).",
}
_OUTSIDE_SCOPE = {
    "de": "Nicht umsatzsteuerbar: Der Ort der Leistung liegt im Ausland.",
    "fr": "Opération hors du champ d’application de la TVA.",
    "en": "Outside the scope of VAT: the place of supply is abroad.",
}
_NOT_TAXABLE = {
    "de": "Ohne Umsatzsteuer: nicht steuerbarer oder steuerfreier Umsatz.",
    "fr": "Sans TVA : opération non imposable ou exonérée.",
    "en": "No VAT: not taxable, or exempt.",
}
# By reason, then by the seller's country; "" where no country has words of its own.
REASONS: Mapping[str, Mapping[str, Words]] = MappingProxyType(
    {
        TaxReason.SMALL_BUSINESS: {
            "DE": _SMALL_BUSINESS_DE,
            "FR": _SMALL_BUSINESS_FR,
            "": _SMALL_BUSINESS,
        },
        TaxReason.REVERSE_CHARGE: {"": _REVERSE_CHARGE},
        TaxReason.INTRA_COMMUNITY: {"": _INTRA_COMMUNITY},
        TaxReason.EXPORT: {"DE": _EXPORT_DE, "FR": _EXPORT_FR, "": _EXPORT},
        TaxReason.OUTSIDE_SCOPE: {
            "DE": _OUTSIDE_SCOPE_DE,
            "FR": _OUTSIDE_SCOPE_FR,
            "": _OUTSIDE_SCOPE,
        },
        TaxReason.NOT_TAXABLE: {"": _NOT_TAXABLE},
    }
)

# Between businesses in France: rate of the penalty and indemnity (art. L441-10, II and
# D441-5 code de commerce), and whether paying early is cheaper (art. L441-9).
_BETWEEN_FRENCH_BUSINESSES: Mapping[str, Words] = MappingProxyType(
    {
        LATE_PAYMENT: {
            "de": "Bei Zahlungsverzug fallen Verzugszinsen in Höhe des Leitzinses der EZB "
            "zuzüglich 10 Prozentpunkten an.",
            "fr": "En cas de retard de paiement, application de pénalités au taux directeur de "
            "la BCE majoré de 10 points de pourcentage.",
            "en": "Late payment bears interest at the ECB’s refinancing rate plus "
            "10 percentage points.",
        },
        RECOVERY_COSTS: {
            "de": "Bei Zahlungsverzug ist zudem eine Pauschale für Beitreibungskosten von "
            "40\u00a0€ zu zahlen.",
            "fr": "Indemnité forfaitaire pour frais de recouvrement en cas de retard de "
            "paiement : 40\u00a0€.",
            "en": "In case of late payment, a fixed sum of €40 for recovery costs is payable.",
        },
        EARLY_PAYMENT: {
            "de": "Kein Skonto bei vorzeitiger Zahlung.",
            "fr": "Pas d’escompte pour paiement anticipé.",
            "en": "No discount for early payment.",
        },
    }
)
# Art. 242 nonies A, I, 11° bis annexe II CGI (décret 2022-1299) prescribes the French words.
_VAT_ON_DEBITS = {
    "de": "Umsatzsteuer nach vereinbarten Entgelten "
    "(Option pour le paiement de la taxe d’après les débits).",
    "fr": "Option pour le paiement de la taxe d’après les débits.",
    "en": "VAT is accounted for on invoicing "
    "(Option pour le paiement de la taxe d’après les débits).",
}


def reason_text(reason: str, seller_country: str, language: str) -> str:
    """Why there is no VAT; "" where there is, or where nothing need be said."""
    by_country = REASONS.get(reason)
    if not by_country:
        return ""
    return _in(by_country.get(seller_country) or by_country[""], language)


def notes_between(
    seller_country: str, language: str, *, is_business: bool, is_service: bool, on_debits: bool
) -> Iterable[tuple[str, str]]:
    """What else the seller's country wants said, as (kind, sentence)."""
    if seller_country != "FR":
        return
    if on_debits and is_service:
        yield VAT_ON_DEBITS, _in(_VAT_ON_DEBITS, language)
    if is_business:
        for kind, words in _BETWEEN_FRENCH_BUSINESSES.items():
            yield kind, _in(words, language)


def _in(words: Words, language: str) -> str:
    return words.get(language) or words["en"]
