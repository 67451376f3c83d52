"""How Soft Weather bills, and what its readers may do."""

from portal.demo.content_settings import DemoCode, DemoCoupon, DemoLegal, DemoOffer, DemoPortal

LEGAL = DemoLegal(
    registration_number="RBN 999417",
    legal_note="Orla Devane trading as Soft Weather",
    iban="IE25ZZZZ99999912345678",
    account_holder="Orla Devane",
    creditor_id="IE65ZZZ999999",
    dunning_days=(2, 5, 9, 14),
    dunning_final_action="mark_unpaid",
)

PORTAL = DemoPortal(
    headline="Letters and lessons for overcast days.",
    return_url="https://softweather.example/letters",
    plans=("The Letter", "The Letter & Print", "Critique Circle"),
    subscribable=("The Letter", "The Letter & Print", "Critique Circle"),
    quantities={
        "The Letter": (1, 1),
        "The Letter & Print": (1, 5),
        "Critique Circle": (1, 30),
    },
    proration="always_invoice",
    downgrades="at_period_end",
    pause_months=(1, 2, 3, 6, 12),
    own_reasons=("My walls are full",),
    offers=(
        DemoOffer(reason="too_expensive", coupon="Stay a while"),
        DemoOffer(reason="unused", pause_months=2),
        DemoOffer(reason="My walls are full", price="letter_monthly"),
    ),
)

COUPONS = (
    DemoCoupon(
        name="Foggy start",
        percent_off=50,
        months=2,
        codes=(DemoCode(code="FOGGY"),),
    ),
    DemoCoupon(
        name="Drizzle",
        percent_off=25,
        months=6,
        codes=(
            DemoCode(code="DRIZZLE"),
            DemoCode(code="SUMMER-SHOW", max_redemptions=50, expires_in_days=-90),
        ),
    ),
    DemoCoupon(
        name="Five off",
        amount_off=500,
        months=0,
        codes=(
            DemoCode(
                code="FIVER", is_first_time_only=True, minimum_amount=2000, expires_in_days=60
            ),
        ),
    ),
    DemoCoupon(name="Stay a while", percent_off=30, months=4),
    DemoCoupon(name="Friend of the studio", percent_off=15),
    DemoCoupon(name="First letters", percent_off=40, months=1, is_archived=True),
)
