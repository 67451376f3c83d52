"""Refusals. A rule said no: `code` names the rule, the web room owns the words."""


class BillingError(Exception):
    """A rule said no. `details` are values that the words may need."""

    code = "billing_error"

    def __init__(self, *args: object, **details: object) -> None:
        self.details = details
        super().__init__(*args)


class CatalogueLocked(BillingError):
    """Amount, currency and interval of a price never change."""

    code = "price_is_fixed"


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


class PaymentFailed(BillingError):
    code = "payment_failed"


class LastPaymentMethod(BillingError):
    """While a subscription runs, one payment method must remain."""

    code = "last_payment_method"


class TransitionRefused(BillingError):
    """A status cannot follow the other; a mistake of ours, never of a person."""

    code = "transition_refused"


class MerchantAddressMissing(BillingError):
    """An invoice needs the seller's name and address (Art. 226 VAT Directive)."""

    code = "merchant_address_missing"
