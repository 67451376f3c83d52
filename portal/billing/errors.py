"""Refusals. A rule said no: `code` names the rule, the web room owns the words."""


class BillingError(Exception):
    """A rule said no. `details` are values that the words may need."""

    code = "billing_error"

    def __init__(self, *args: object, **details: object) -> None:
        self.details = details
        super().__init__(*args)


class ProductInUse(BillingError):
    code = "product_in_use"


class ProductNeedsPrice(BillingError):
    code = "product_needs_price"


class LookupKeyTaken(BillingError):
    code = "lookup_key_taken"


class PriceNotUsable(BillingError):
    """Archived, or not recurring where a subscription needs it."""

    code = "price_not_usable"


class CurrencyIsFixed(BillingError):
    """A customer's currency never changes once something was billed in it."""

    code = "currency_is_fixed"


class CustomerHasDocuments(BillingError):
    code = "customer_has_documents"


class SubscriptionAlreadyEnding(BillingError):
    code = "subscription_already_ending"


class SubscriptionNotEnding(BillingError):
    code = "subscription_not_ending"


class SubscriptionEnded(BillingError):
    code = "subscription_ended"


class InvoiceAlreadyPaid(BillingError):
    code = "invoice_already_paid"


class InvoiceNotOpen(BillingError):
    code = "invoice_not_open"


class InvoiceEmpty(BillingError):
    code = "invoice_empty"


class AmountTooLarge(BillingError):
    code = "amount_too_large"


class AmountNotDue(BillingError):
    """A payment of nothing, or of more than is due."""

    code = "amount_not_due"


class NoPaymentMethod(BillingError):
    code = "no_payment_method"


class PaymentPending(BillingError):
    """An earlier attempt has no answer yet; a second one could charge twice."""

    code = "payment_pending"


class PaymentNotInReview(BillingError):
    """Nobody has to decide about it, or somebody has."""

    code = "payment_not_in_review"


class DunningNotRunning(BillingError):
    """No further try or reminder is planned."""

    code = "dunning_not_running"


class LastPaymentMethod(BillingError):
    """While a subscription runs, one payment method must remain."""

    code = "last_payment_method"


class TransitionRefused(BillingError):
    """A status cannot follow the other; a mistake of ours, never of a person."""

    code = "transition_refused"


class BalanceTooSmall(BillingError):
    """A customer's balance never falls below nothing."""

    code = "balance_too_small"


class BalanceUnmoved(BillingError):
    """A movement of nothing."""

    code = "balance_unmoved"


class NothingToCredit(BillingError):
    """A credit note needs at least one line, and says more than nothing."""

    code = "nothing_to_credit"


class CreditTooLarge(BillingError):
    """More than what is left of a line, or of the whole invoice."""

    code = "credit_too_large"


class InvoiceNotCreditable(BillingError):
    """A draft was never issued, and a void invoice says nothing any more."""

    code = "invoice_not_creditable"


class InvoiceHasCreditNotes(BillingError):
    """What was credited in part is credited in full, not declared void."""

    code = "invoice_has_credit_notes"


class RefundTooLarge(BillingError):
    """More than was paid and has not gone back yet."""

    code = "refund_too_large"


class PaymentNotRefundable(BillingError):
    """Only money that came can go back."""

    code = "payment_not_refundable"


class RefundNotFailed(BillingError):
    """Only a refund that failed is tried again, once."""

    code = "refund_not_failed"


class InvoiceNotCorrectable(BillingError):
    """Void, written off, credited already, or itself without anything to correct."""

    code = "invoice_not_correctable"


class InvoiceAlreadyCorrected(BillingError):
    code = "invoice_already_corrected"


class BillingDetailsUnchanged(BillingError):
    """A corrected invoice would say the same again."""

    code = "billing_details_unchanged"
