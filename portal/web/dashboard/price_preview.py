"""What customers will see of a price that is being typed."""

from dataclasses import dataclass

from portal.billing.errors import BillingError
from portal.billing.products import Price
from portal.web.pages import money
from portal.web.price_words import price_words

QUANTITIES = (1, 10, 100)


@dataclass(frozen=True, slots=True)
class PricePreview:
    """The sentence, and for prices by quantity what some quantities cost."""

    words: str
    examples: list[tuple[int, str]]
    trial_days: int


def preview(price: Price | None, unit_label: str = "") -> PricePreview | None:
    """None where there is no price yet."""
    if price is None:
        return None
    try:
        examples = [(quantity, money(price.amount(quantity))) for quantity in QUANTITIES]
    except BillingError:
        # 100 units may be more than an amount can hold; one unit is not.
        examples = []
    return PricePreview(
        words=price_words(price, unit_label),
        examples=[] if price.is_flat and not unit_label else examples,
        trial_days=price.trial_days,
    )
