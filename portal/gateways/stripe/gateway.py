"""Stripe behind the protocol of `portal.billing.gateway`.

Charges are payment intents, off session and confirmed at once; methods are added on a
Checkout page in setup mode. Every creating call carries our key as idempotency key, and in
the metadata: the first makes it once, the second lets it be found when the answer was lost.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from portal.billing.gateway import (
    Charge,
    ChargeRequest,
    GatewayUnavailable,
    Payer,
    PaymentStatus,
    Refunded,
    RefundStatus,
    StoredMethod,
    charge_each,
)
from portal.billing.merchants import Merchant
from portal.billing.money import Money
from portal.database import write
from portal.gateways.stripe.answers import (
    NEEDS_OWNER,
    OUR_KEY,
    action_url,
    around,
    charge_of,
    last_error,
    refund_of,
    stored_method,
    with_key,
)
from portal.gateways.stripe.client import GATEWAY, Declined, answered, told
from portal.gateways.stripe.records import StripeCustomer, StripeRequest
from portal.record import now

if TYPE_CHECKING:
    from stripe import StripeClient

LOCALES = ("de", "en", "fr")


class StripeGateway:
    """One merchant's Stripe account. A token is `cus_…/pm_…`: both are needed to charge."""

    name = GATEWAY

    def __init__(self, merchant: Merchant, client: "StripeClient") -> None:
        self._merchant = merchant
        self._api = client.v1

    # ── charges ─────────────────────────────────────────────────────────────────────────────

    def charge(self, amount: Money, token: str, key: str) -> Charge:
        """A payment intent, once a key. Raises `GatewayUnavailable`."""
        customer, _, method = token.partition("/")
        request = StripeRequest.once(self._merchant, key, customer)
        if request.object_id:
            return self._known(request.object_id)
        params: dict[str, Any] = {
            "amount": amount.amount,
            "currency": amount.currency.lower(),
            "customer": customer,
            "payment_method": method,
            "off_session": True,
            "confirm": True,
            "metadata": {OUR_KEY: key},
        }
        try:
            with answered():
                intent = self._api.payment_intents.create(
                    params,  # type: ignore[arg-type]
                    {"idempotency_key": key},
                ).to_dict()
        except Declined as no:
            return self._declined(request, no)
        request.became(intent["id"])
        return charge_of(intent)

    def charge_all(self, requests: Sequence[ChargeRequest]) -> list[Charge]:
        return charge_each(self, requests)

    def find_charge(self, key: str) -> Charge | None:
        """By the id that came back; if none did, among the intents of the customer."""
        request = StripeRequest.of(self._merchant, key)
        if request is None:
            return None
        if request.object_id:
            return self._known(request.object_id)
        with told():
            page = self._api.payment_intents.list(
                {"customer": request.within, "created": around(request.created_at), "limit": 100}  # type: ignore[arg-type]
            )
            found = with_key(page.auto_paging_iter(), key)
        if found is None:
            return None
        request.became(found["id"])
        return charge_of(found)

    def confirmation_url(self, key: str, return_url: str) -> str:
        """Where the owner of the card confirms it; back to `return_url` if there is no need."""
        request = StripeRequest.of(self._merchant, key)
        if request is None or not request.object_id:
            raise GatewayUnavailable("no such charge")
        try:
            with answered():
                intent = self._api.payment_intents.retrieve(request.object_id).to_dict()
                if intent["status"] in {"requires_payment_method", "requires_confirmation"}:
                    intent = self._confirm_again(intent, return_url)
        except Declined:
            return return_url
        return action_url(intent) or return_url

    def _confirm_again(self, intent: Mapping[str, Any], return_url: str) -> dict[str, Any]:
        """With the owner there, a card that asked for them can be confirmed."""
        method = intent.get("payment_method") or last_error(intent).get("payment_method", {}).get(
            "id"
        )
        params: dict[str, Any] = {"return_url": return_url, "off_session": False}
        if method:
            params["payment_method"] = method
        return dict(self._api.payment_intents.confirm(intent["id"], params).to_dict())  # type: ignore[arg-type]

    def _known(self, intent_id: str) -> Charge:
        with told():
            return charge_of(self._api.payment_intents.retrieve(intent_id).to_dict())

    def _declined(self, request: StripeRequest, no: Declined) -> Charge:
        reference = (no.intent or {}).get("id", "")
        if reference:
            request.became(reference)
        if no.reason == NEEDS_OWNER and reference:
            return Charge(PaymentStatus.REQUIRES_ACTION, reference, no.reason)
        return Charge(PaymentStatus.FAILED, reference, no.reason)

    # ── refunds ─────────────────────────────────────────────────────────────────────────────

    def refund(self, charge_key: str, reference: str, amount: Money, key: str) -> Refunded:
        """A part of a payment intent given back, once a key. Raises `GatewayUnavailable`."""
        intent = reference or self._intent_of(charge_key)
        request = StripeRequest.once(self._merchant, key, intent)
        try:
            with answered():
                refund = self._api.refunds.create(
                    {
                        "payment_intent": intent,
                        "amount": amount.amount,
                        "metadata": {OUR_KEY: key},
                    },
                    {"idempotency_key": key},
                ).to_dict()
        except Declined as no:
            return Refunded(RefundStatus.FAILED, "", no.reason)
        request.became(refund["id"])
        return refund_of(refund)

    def find_refund(self, key: str) -> Refunded | None:
        request = StripeRequest.of(self._merchant, key)
        if request is None:
            return None
        with told():
            if request.object_id:
                return refund_of(self._api.refunds.retrieve(request.object_id).to_dict())
            page = self._api.refunds.list({"payment_intent": request.within, "limit": 100})
            found = with_key(page.auto_paging_iter(), key)
        if found is None:
            return None
        request.became(found["id"])
        return refund_of(found)

    def _intent_of(self, charge_key: str) -> str:
        request = StripeRequest.of(self._merchant, charge_key)
        if request is None or not request.object_id:
            raise GatewayUnavailable("no such charge")
        return str(request.object_id)

    # ── methods ─────────────────────────────────────────────────────────────────────────────

    def setup_url(self, key: str, return_url: str, payer: Payer) -> str:
        """Stripe's own page; where it was left before, the same page again."""
        customer = self._customer(payer)
        request = StripeRequest.once(self._merchant, key, customer)
        params: dict[str, Any] = {
            "mode": "setup",
            "customer": customer,
            "currency": self._merchant.currency.lower(),
            "success_url": return_url,
            "cancel_url": return_url,
            "locale": payer.locale if payer.locale in LOCALES else "auto",
            "metadata": {OUR_KEY: key},
        }
        with told():
            session = self._api.checkout.sessions.create(
                params,  # type: ignore[arg-type]
                {"idempotency_key": key},
            ).to_dict()
        request.became(session["id"])
        return str(session["url"])

    def find_setup(self, key: str) -> StoredMethod | None:
        request = StripeRequest.of(self._merchant, key)
        if request is None or not request.object_id:
            return None
        with told():
            session = self._api.checkout.sessions.retrieve(
                request.object_id, {"expand": ["setup_intent.payment_method"]}
            ).to_dict()
        method = (session.get("setup_intent") or {}).get("payment_method")
        if session.get("status") != "complete" or not isinstance(method, Mapping):
            return None
        return stored_method(str(session["customer"]), method)

    def detach(self, token: str) -> None:
        try:
            with answered():
                self._api.payment_methods.detach(token.rpartition("/")[2])
        except Declined:
            return  # it was detached before, or never was there

    def _customer(self, payer: Payer) -> str:
        mine = (StripeCustomer.customer_id == payer.customer_id) & (
            StripeCustomer.merchant == self._merchant
        )
        if found := StripeCustomer.get_or_none(mine):
            return str(found.stripe_id)
        params: dict[str, Any] = {
            "email": payer.email,
            "name": payer.name,
            "preferred_locales": [payer.locale],
            "metadata": {"portal_customer": payer.customer_id},
        }
        with told():
            made = self._api.customers.create(
                params,  # type: ignore[arg-type]
                {"idempotency_key": f"customer-{payer.customer_id}"},
            )
        with write():
            known = StripeCustomer.get_or_none(mine) or StripeCustomer.create(
                merchant=self._merchant,
                customer_id=payer.customer_id,
                stripe_id=made.id,
                created_at=now(),
            )
        return str(known.stripe_id)
