"""Law, dunning, coupons and the portal of a demo merchant."""

from datetime import datetime, timedelta

from portal.accounts.legal_settings import change_dunning, change_legal
from portal.accounts.settings import verify_vat_id
from portal.billing.coupons import Coupon, CouponDuration, PromotionCode
from portal.billing.merchants import FinalAction, Merchant, TaxScheme
from portal.billing.products import Price
from portal.delivery.vat_id_jobs import REFUTED_IN_SANDBOX
from portal.demo.content_settings import DemoCode, DemoCoupon, DemoOffer
from portal.demo.content_types import DemoMerchant
from portal.selfservice.configurations import REASONS, PortalConfiguration
from portal.selfservice.retention_offers import OfferKind, OfferTerms, RetentionOffer

PERCENT = 100  # hundredths of a percent


def settle_law(content: DemoMerchant, merchant: Merchant, at: datetime) -> None:
    """Numbers, bank account and dunning; the sandbox's register knows the VAT id."""
    legal = content.legal
    change_legal(
        merchant,
        at=at,
        tax_scheme=TaxScheme(legal.tax_scheme),
        tax_number=legal.tax_number,
        registration_number=legal.registration_number,
        legal_note=legal.legal_note,
        iban=legal.iban,
        account_holder=legal.account_holder,
        creditor_id=legal.creditor_id,
    )
    change_dunning(merchant, legal.dunning_days, FinalAction(legal.dunning_final_action), at=at)
    is_valid = not merchant.vat_id.endswith(REFUTED_IN_SANDBOX)
    proof = {"valid": is_valid, "is_simulated": True}
    verify_vat_id(merchant, merchant.vat_id, is_valid, proof, at=at)


def add_coupons(
    content: DemoMerchant, merchant: Merchant, *, at: datetime, until: datetime
) -> dict[str, Coupon]:
    """All coupons with their codes, by name. `until`: from where codes' days are counted."""
    coupons = {}
    for demo in content.coupons:
        coupons[demo.name] = coupon = Coupon.publish(merchant, at=at, **_reduction(demo, merchant))
        for code in demo.codes:
            PromotionCode.publish(coupon, code.code, at=at, **_limits(code, merchant, until))
    return coupons


def _reduction(demo: DemoCoupon, merchant: Merchant) -> dict[str, object]:
    durations = {None: CouponDuration.FOREVER, 0: CouponDuration.ONCE}
    return {
        "name": demo.name,
        "percent_off": demo.percent_off * PERCENT if demo.percent_off else None,
        "amount_off": demo.amount_off,
        "currency": merchant.currency if demo.amount_off else None,
        "duration": durations.get(demo.months, CouponDuration.REPEATING),
        "duration_in_months": demo.months or None,
    }


def _limits(code: DemoCode, merchant: Merchant, until: datetime) -> dict[str, object]:
    days = code.expires_in_days
    return {
        "is_first_time_only": code.is_first_time_only,
        "max_redemptions": code.max_redemptions,
        "minimum_amount": code.minimum_amount,
        "minimum_amount_currency": merchant.currency if code.minimum_amount else None,
        "expires_at": None if days is None else until + timedelta(days=days),
    }


def open_portal(
    content: DemoMerchant,
    merchant: Merchant,
    prices: dict[str, Price],
    coupons: dict[str, Coupon],
    at: datetime,
) -> PortalConfiguration:
    """The default configuration, with nearly everything switched on, and its offers."""
    portal = content.portal
    products = {price.product.name: price.product_id for price in prices.values()}
    configuration = PortalConfiguration.default_of(merchant)
    configuration.change(
        at=at,
        headline=portal.headline,
        default_return_url=portal.return_url,
        updates_shipping=True,
        updates_tax_ids=True,
        reasons=list(REASONS),
        own_reasons=list(portal.own_reasons),
        cancellation_mode=portal.cancellation_mode,
        cancellation_proration=portal.cancellation_proration,
        makes_offers=True,
        allows_plan_change=True,
        plan_products=[products[name] for name in portal.plans],
        allows_quantity=True,
        quantity_limits={products[name]: list(span) for name, span in portal.quantities.items()},
        proration=portal.proration,
        downgrades=portal.downgrades,
        allows_promotion_codes=True,
        allows_pause=True,
        pause_months=list(portal.pause_months),
        allows_resubscription=True,
        allows_subscribing=True,
        subscribe_products=[products[name] for name in portal.subscribable],
    )
    offers = {offer.reason: _terms(offer, prices, coupons) for offer in portal.offers}
    RetentionOffer.replace(configuration, offers, at=at)
    return configuration


def _terms(offer: DemoOffer, prices: dict[str, Price], coupons: dict[str, Coupon]) -> OfferTerms:
    if offer.coupon:
        return OfferTerms(OfferKind.DISCOUNT, coupon_id=coupons[offer.coupon].id)
    if offer.price:
        return OfferTerms(OfferKind.CHEAPER_PLAN, price_id=prices[offer.price].id)
    return OfferTerms(OfferKind.PAUSE, pause_months=offer.pause_months)
