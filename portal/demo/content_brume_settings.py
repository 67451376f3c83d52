"""How Brume & Cerise bills, without VAT as a small business, and what its customers may do."""

from portal.demo.content_settings import DemoCode, DemoCoupon, DemoLegal, DemoOffer, DemoPortal

LEGAL = DemoLegal(
    tax_scheme="small_business",
    registration_number="999023757",
    legal_note="Apolline Vernoux EI · RCS Lyon 999 023 757",
    iban="FR6499999999990000001234500",
    account_holder="Apolline Vernoux",
    creditor_id="FR53ZZZ999999",
    dunning_days=(3, 7, 14, 21),
    dunning_final_action="cancel",
)

PORTAL = DemoPortal(
    headline="Vos cafés, vos livraisons, à votre rythme.",
    return_url="https://brume-et-cerise.example",
    plans=("Abonnement Découverte", "Coffret Grands crus", "Jardin de thé"),
    subscribable=("Abonnement Découverte", "Coffret Grands crus", "Jardin de thé"),
    quantities={
        "Abonnement Découverte": (1, 6),
        "Coffret Grands crus": (1, 4),
        "Jardin de thé": (1, 6),
        "Café au bureau": (3, 90),
    },
    proration="always_invoice",
    downgrades="at_period_end",
    pause_months=(1, 2, 3, 6, 0),
    own_reasons=("Je pars à l’étranger", "Trop de café à la maison"),
    offers=(
        DemoOffer(reason="too_expensive", coupon="Un café de plus"),
        DemoOffer(reason="unused", pause_months=2),
        DemoOffer(reason="Trop de café à la maison", price="decouverte_monthly"),
    ),
)

COUPONS = (
    DemoCoupon(
        name="Tasse pleine",
        percent_off=20,
        months=6,
        codes=(
            DemoCode(code="TASSE20", max_redemptions=200),
            DemoCode(code="MARCHE-DE-NOEL", expires_in_days=-320),
        ),
    ),
    DemoCoupon(
        name="Bienvenue",
        amount_off=500,
        months=0,
        codes=(DemoCode(code="BIENVENUE", is_first_time_only=True, minimum_amount=1400),),
    ),
    DemoCoupon(name="Un café de plus", percent_off=30, months=3),
    DemoCoupon(name="Ami de l’atelier", percent_off=10),
    DemoCoupon(name="Ouverture de l’atelier", percent_off=15, months=0, is_archived=True),
)
