"""The words of the mandate, as the European Payments Council gives them, in our languages.

They are no messages to be translated: whoever agreed has agreed to exactly these words, so
they bear a version and stay as they are (EPC392-08, mandate translations for SDD Core).
"""

from types import MappingProxyType
from typing import NamedTuple

VERSION = "core-2026-1"


class MandateText(NamedTuple):
    """`authorisation` has the two parts that the rulebook asks for, `refund` the eight weeks."""

    title: str
    authorisation: str
    refund: str
    recurrent: str
    one_off: str


TEXTS = MappingProxyType(
    {
        "en": MandateText(
            title="SEPA Direct Debit Mandate",
            authorisation="By signing this mandate form, you authorise (A) {creditor} to send "
            "instructions to your bank to debit your account and (B) your bank to debit your "
            "account in accordance with the instructions from {creditor}.",
            refund="As part of your rights, you are entitled to a refund from your bank under "
            "the terms and conditions of your agreement with your bank. A refund must be claimed "
            "within 8 weeks starting from the date on which your account was debited. Your "
            "rights are explained in a statement that you can obtain from your bank.",
            recurrent="Recurrent payment",
            one_off="One-off payment",
        ),
        "de": MandateText(
            title="SEPA-Lastschriftmandat",
            authorisation="Ich ermächtige (A) {creditor}, Zahlungen von meinem Konto mittels "
            "Lastschrift einzuziehen. Zugleich (B) weise ich mein Kreditinstitut an, die von "
            "{creditor} auf mein Konto gezogenen Lastschriften einzulösen.",
            refund="Hinweis: Ich kann innerhalb von acht Wochen, beginnend mit dem "
            "Belastungsdatum, die Erstattung des belasteten Betrages verlangen. Es gelten dabei "
            "die mit meinem Kreditinstitut vereinbarten Bedingungen.",
            recurrent="Wiederkehrende Zahlung",
            one_off="Einmalige Zahlung",
        ),
        "fr": MandateText(
            title="Mandat de prélèvement SEPA",
            authorisation="En signant ce formulaire de mandat, vous autorisez (A) {creditor} à "
            "envoyer des instructions à votre banque pour débiter votre compte, et (B) votre "
            "banque à débiter votre compte conformément aux instructions de {creditor}.",
            refund="Vous bénéficiez du droit d’être remboursé par votre banque selon les "
            "conditions décrites dans la convention que vous avez passée avec elle. Une demande "
            "de remboursement doit être présentée dans les 8 semaines suivant la date de débit "
            "de votre compte pour un prélèvement autorisé. Vos droits concernant le présent "
            "mandat sont expliqués dans un document que vous pouvez obtenir auprès de votre "
            "banque.",
            recurrent="Paiement récurrent / répétitif",
            one_off="Paiement ponctuel",
        ),
    }
)


def mandate_text(language: str, creditor: str) -> MandateText:
    """The words in the debtor's language, else in English, with the creditor's name in them."""
    text = TEXTS.get(language, TEXTS["en"])
    return text._replace(authorisation=text.authorisation.replace("{creditor}", creditor))
