"""How a merchant of the demo is set up: look, law, portal, coupons. Plain data."""

from dataclasses import dataclass
from pathlib import Path

IMAGES = Path(__file__).parent / "images"


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoBranding:
    icon: str
    logo: str
    brand_color: str
    accent_color: str
    font: str
    shape: str

    @property
    def icon_path(self) -> Path:
        return IMAGES / self.icon

    @property
    def logo_path(self) -> Path:
        return IMAGES / self.logo


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoCode:
    """A promotion code. `minimum_amount` in minor units of the merchant's currency."""

    code: str
    is_first_time_only: bool = False
    max_redemptions: int | None = None
    minimum_amount: int | None = None
    expires_in_days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoCoupon:
    """`percent_off` in percent or `amount_off` in minor units; for ever without months, else
    for so many; 0 months: once. `name` names it throughout the content."""

    name: str
    percent_off: int | None = None
    amount_off: int | None = None
    months: int | None = None
    codes: tuple[DemoCode, ...] = ()
    is_archived: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoOffer:
    """What somebody who gives `reason` is offered: one of a coupon, a pause, a price."""

    reason: str
    coupon: str = ""
    pause_months: int | None = None
    price: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoPortal:
    """What the merchant lets customers do, beside what all three do.

    Products are named as in the catalogue; `quantities` are least and most by product.
    """

    headline: str
    return_url: str
    plans: tuple[str, ...]
    subscribable: tuple[str, ...]
    quantities: dict[str, tuple[int, int]]
    proration: str
    downgrades: str
    pause_months: tuple[int, ...]
    offers: tuple[DemoOffer, ...]
    own_reasons: tuple[str, ...] = ()
    cancellation_mode: str = "at_period_end"
    cancellation_proration: str = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoLegal:
    """What the law and banks want to know. Numbers are well-formed and nobody's."""

    registration_number: str
    iban: str
    creditor_id: str
    account_holder: str
    tax_number: str = ""
    legal_note: str = ""
    tax_scheme: str = "standard"
    dunning_days: tuple[int, ...]
    dunning_final_action: str
