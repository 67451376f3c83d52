"""How Stundenlot bills, and what its customers may do."""

from portal.demo.content_settings import DemoCode, DemoCoupon, DemoLegal, DemoOffer, DemoPortal

LEGAL = DemoLegal(
    tax_number="37/999/50013",
    registration_number="Amtsgericht Charlottenburg, HRB 999014 B",
    legal_note="Geschäftsführerin: Henrike Asmus",
    iban="DE97999999990000012345",
    account_holder="Stundenlot GmbH",
    creditor_id="DE98ZZZ09999999999",
    dunning_days=(3, 7, 14),
    dunning_final_action="mark_unpaid",
)

PORTAL = DemoPortal(
    headline="Ihr Vertrag, Ihre Plätze, Ihre Rechnungen.",
    return_url="https://app.stundenlot.example/konto",
    plans=("Stundenlot Solo", "Stundenlot Betrieb", "Stundenlot Verbund"),
    subscribable=("Stundenlot Solo", "Stundenlot Betrieb", "Belegarchiv"),
    quantities={
        "Stundenlot Solo": (1, 1),
        "Stundenlot Betrieb": (1, 100),
        "Stundenlot Verbund": (20, 2000),
    },
    proration="create_prorations",
    downgrades="at_period_end",
    pause_months=(1, 2, 3, 0),
    own_reasons=("Betrieb aufgegeben", "Kein Personal mehr"),
    offers=(
        DemoOffer(reason="too_expensive", coupon="Bleib-Rabatt"),
        DemoOffer(reason="unused", pause_months=3),
        DemoOffer(reason="too_complex", price="solo_monthly"),
    ),
)

COUPONS = (
    DemoCoupon(
        name="Frühjahrsputz",
        percent_off=20,
        months=3,
        codes=(DemoCode(code="FRUEHJAHR"), DemoCode(code="MESSE2024", expires_in_days=-300)),
    ),
    DemoCoupon(
        name="Willkommen",
        amount_off=1000,
        months=0,
        codes=(DemoCode(code="WILLKOMMEN", is_first_time_only=True, minimum_amount=2000),),
    ),
    DemoCoupon(name="Handwerkskammer", percent_off=10),
    DemoCoupon(name="Bleib-Rabatt", percent_off=25, months=3),
    DemoCoupon(name="Treuerabatt", percent_off=10, months=12),
    DemoCoupon(name="Eröffnung", percent_off=50, months=2, is_archived=True),
)
