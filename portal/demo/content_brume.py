"""Brume & Cerise: a roastery in Lyon that sends coffee and tea, a small business without VAT."""

from portal.demo.content_brume_customers import CUSTOMERS
from portal.demo.content_brume_settings import COUPONS, LEGAL, PORTAL
from portal.demo.content_settings import DemoBranding
from portal.demo.content_types import (
    DemoAddress,
    DemoMerchant,
    DemoPrice,
    DemoProduct,
)

DECOUVERTE = DemoProduct(
    name="Abonnement Découverte",
    description=(
        "Un café de saison chaque mois, torréfié la veille de l’envoi : 250 g en grains ou "
        "moulu pour votre cafetière, avec la fiche du producteur. Livraison comprise."
    ),
    image="brume-decouverte.webp",
    tax_code="food",
    unit_label="paquet",
    statement_descriptor="BRUME CERISE CAFE",
    prices=(
        DemoPrice(
            lookup_key="decouverte_monthly",
            unit_amount=1490,
            interval="month",
            nickname="Découverte, chaque mois",
        ),
        DemoPrice(
            lookup_key="decouverte_yearly",
            unit_amount=15900,
            interval="year",
            nickname="Découverte, à l’année",
        ),
    ),
)

GRANDS_CRUS = DemoProduct(
    name="Coffret Grands crus",
    description=(
        "Trois micro-lots de 200 g, dégustés et choisis à l’atelier : un lavé, un nature et "
        "une fermentation plus audacieuse."
    ),
    image="brume-grands-crus.webp",
    tax_code="food",
    unit_label="coffret",
    statement_descriptor="BRUME CERISE CRUS",
    prices=(
        DemoPrice(
            lookup_key="grands_crus_monthly",
            unit_amount=3290,
            interval="month",
            nickname="Grands crus, chaque mois",
        ),
        DemoPrice(
            lookup_key="grands_crus_bimonthly",
            unit_amount=3390,
            interval="month",
            interval_count=2,
            nickname="Grands crus, tous les deux mois",
        ),
        DemoPrice(
            lookup_key="grands_crus_yearly",
            unit_amount=34900,
            interval="year",
            nickname="Grands crus, à l’année",
        ),
    ),
)

JARDIN_DE_THE = DemoProduct(
    name="Jardin de thé",
    description=(
        "Deux thés ou infusions de petits jardins, 2 × 60 g dans leur boîte à remplir. "
        "Le premier mois est offert."
    ),
    image="brume-jardin-de-the.webp",
    tax_code="food",
    unit_label="boîte",
    statement_descriptor="BRUME CERISE THE",
    prices=(
        DemoPrice(
            lookup_key="the_monthly",
            unit_amount=1690,
            interval="month",
            trial_days=30,
            nickname="Thé, chaque mois",
        ),
        DemoPrice(
            lookup_key="the_yearly",
            unit_amount=17900,
            interval="year",
            nickname="Thé, à l’année",
        ),
    ),
)

BUREAU = DemoProduct(
    name="Café au bureau",
    description=(
        "Le café de l’équipe, livré par cartons de 3 kg. Prix par carton entamé ; "
        "la quantité s’ajuste à tout moment."
    ),
    image="brume-bureau.webp",
    tax_code="food",
    unit_label="kg",
    statement_descriptor="BRUME CERISE BUREAU",
    prices=(
        DemoPrice(
            lookup_key="bureau_monthly",
            model="package",
            package_size=3,
            unit_amount=6900,
            interval="month",
            nickname="Bureau, par carton de 3 kg",
        ),
        DemoPrice(
            lookup_key="bureau_yearly",
            model="package",
            package_size=3,
            unit_amount=74500,
            interval="year",
            nickname="Bureau, à l’année",
        ),
    ),
)

PISTON = DemoProduct(
    name="Cafetière à piston",
    description="Verre borosilicaté et laiton, 1 litre. Filtre double tamis, garantie trois ans.",
    image="brume-piston.webp",
    tax_code="physical_goods",
    statement_descriptor="BRUME CERISE BOUTIQUE",
    prices=(DemoPrice(lookup_key="piston", unit_amount=4900, nickname="Cafetière 1 litre"),),
)

BRUME_ET_CERISE = DemoMerchant(
    name="Brume & Cerise",
    owner_name="Apolline Vernoux",
    owner_email="owner@brume-et-cerise.example",
    owner_password="Tasse-fumante-au-comptoir",  # noqa: S106 - the demo's, and meant to be read
    address=DemoAddress("8, montée des Torréfacteurs", "69001", "Lyon", "FR"),
    currency="EUR",
    locale="fr",
    time_zone="Europe/Paris",
    phone="+33 4 65 71 12 08",
    support_email="bonjour@brume-et-cerise.example",
    website="https://brume-et-cerise.example",
    vat_id="FR09999023757",
    terms_url="https://brume-et-cerise.example/cgv",
    privacy_url="https://brume-et-cerise.example/confidentialite",
    statement_descriptor="BRUME ET CERISE",
    invoice_prefix="BRUME",
    legal=LEGAL,
    portal=PORTAL,
    coupons=COUPONS,
    branding=DemoBranding(
        icon="brume-icon.png",
        logo="brume-logo.png",
        brand_color="#f5e8d6",
        accent_color="#7d1635",
        font="source-serif",
        shape="pill",
    ),
    products=(DECOUVERTE, GRANDS_CRUS, JARDIN_DE_THE, BUREAU, PISTON),
    customers=CUSTOMERS,
)
