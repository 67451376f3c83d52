"""Stundenlot: time tracking for craft businesses, from Berlin, billed net per seat."""

from portal.demo.content_settings import DemoBranding
from portal.demo.content_stundenlot_customers import CUSTOMERS
from portal.demo.content_stundenlot_settings import COUPONS, LEGAL, PORTAL
from portal.demo.content_types import (
    DemoAddress,
    DemoMerchant,
    DemoPrice,
    DemoProduct,
    DemoTier,
)

SOLO = DemoProduct(
    name="Stundenlot Solo",
    description=(
        "Zeiterfassung für Ein-Personen-Betriebe: Stunden je Baustelle, Fahrzeiten und "
        "Material in einer App. Auswertung als PDF für die Kundschaft."
    ),
    image="stundenlot-solo.webp",
    tax_code="software_as_a_service",
    statement_descriptor="STUNDENLOT SOLO",
    prices=(
        DemoPrice(
            lookup_key="solo_monthly",
            unit_amount=1900,
            interval="month",
            tax_behavior="exclusive",
            trial_days=30,
            nickname="Solo, monatlich",
        ),
        DemoPrice(
            lookup_key="solo_yearly",
            unit_amount=19000,
            interval="year",
            tax_behavior="exclusive",
            nickname="Solo, jährlich",
        ),
    ),
)

BETRIEB = DemoProduct(
    name="Stundenlot Betrieb",
    description=(
        "Für Betriebe mit Team: Wochenplan, Arbeitszeitkonten, Freigabe durch die Bauleitung "
        "und Übergabe an die Lohnabrechnung. Je mehr Plätze, desto günstiger jeder weitere."
    ),
    image="stundenlot-betrieb.webp",
    tax_code="software_as_a_service",
    unit_label="Platz",
    statement_descriptor="STUNDENLOT BETRIEB",
    prices=(
        DemoPrice(
            lookup_key="betrieb_monthly",
            model="graduated",
            interval="month",
            tiers=(DemoTier(5, 1200), DemoTier(20, 1000), DemoTier(None, 800)),
            tax_behavior="exclusive",
            trial_days=30,
            nickname="Betrieb, monatlich",
        ),
        DemoPrice(
            lookup_key="betrieb_yearly",
            model="graduated",
            interval="year",
            tiers=(DemoTier(5, 12000), DemoTier(20, 10000), DemoTier(None, 8000)),
            tax_behavior="exclusive",
            nickname="Betrieb, jährlich",
        ),
    ),
)

VERBUND = DemoProduct(
    name="Stundenlot Verbund",
    description=(
        "Für Unternehmen mit mehreren Standorten: gemeinsame Stammdaten, eigene Rechte je "
        "Niederlassung, Schnittstelle zur Projektkalkulation. Der Preis gilt für alle Plätze."
    ),
    image="stundenlot-verbund.webp",
    tax_code="software_as_a_service",
    unit_label="Platz",
    statement_descriptor="STUNDENLOT VERBUND",
    prices=(
        DemoPrice(
            lookup_key="verbund_monthly",
            model="volume",
            interval="month",
            tiers=(DemoTier(50, 900), DemoTier(100, 800), DemoTier(None, 700)),
            tax_behavior="exclusive",
            nickname="Verbund, monatlich",
        ),
        DemoPrice(
            lookup_key="verbund_yearly",
            model="volume",
            interval="year",
            tiers=(DemoTier(50, 9000), DemoTier(100, 8000), DemoTier(None, 7000)),
            tax_behavior="exclusive",
            nickname="Verbund, jährlich",
        ),
    ),
)

BELEGARCHIV = DemoProduct(
    name="Belegarchiv",
    description=(
        "Lieferscheine und Rechnungen fotografieren, zuordnen und zehn Jahre unveränderbar "
        "aufbewahren. Berechnet je angefangene 500 Belege im Monat."
    ),
    image="stundenlot-belegarchiv.webp",
    tax_code="software_as_a_service",
    unit_label="Belege",
    statement_descriptor="STUNDENLOT ARCHIV",
    prices=(
        DemoPrice(
            lookup_key="archiv_monthly",
            model="package",
            package_size=500,
            unit_amount=900,
            interval="month",
            tax_behavior="exclusive",
            nickname="Archiv je 500 Belege",
        ),
    ),
)

ZEITTERMINAL = DemoProduct(
    name="Zeitterminal",
    description=(
        "Stempeln mit Karte oder Chip, auch ohne Netz: staubdichtes Terminal für Werkstatt "
        "und Baucontainer, mit zehn Karten."
    ),
    image="stundenlot-terminal.webp",
    tax_code="physical_goods",
    unit_label="Gerät",
    statement_descriptor="STUNDENLOT TERMINAL",
    prices=(
        DemoPrice(
            lookup_key="terminal",
            unit_amount=24900,
            tax_behavior="exclusive",
            nickname="Terminal mit zehn Karten",
        ),
    ),
)

STUNDENLOT = DemoMerchant(
    name="Stundenlot GmbH",
    owner_name="Henrike Asmus",
    owner_email="owner@stundenlot.example",
    owner_password="Wasserwaage-und-Bleistift",  # noqa: S106 - the demo's, and meant to be read
    address=DemoAddress("Kalkscheunenufer 14", "10997", "Berlin", "DE", line2="Aufgang C"),
    currency="EUR",
    locale="de",
    time_zone="Europe/Berlin",
    phone="+49 30 23125 140",
    support_email="hilfe@stundenlot.example",
    website="https://stundenlot.example",
    vat_id="DE999000201",
    terms_url="https://stundenlot.example/agb",
    privacy_url="https://stundenlot.example/datenschutz",
    statement_descriptor="STUNDENLOT",
    invoice_prefix="LOT",
    legal=LEGAL,
    portal=PORTAL,
    coupons=COUPONS,
    branding=DemoBranding(
        icon="stundenlot-icon.png",
        logo="stundenlot-logo.png",
        brand_color="#0f4c5c",
        accent_color="#b9520d",
        font="inter",
        shape="rounded",
    ),
    products=(SOLO, BETRIEB, VERBUND, BELEGARCHIV, ZEITTERMINAL),
    customers=CUSTOMERS,
)
