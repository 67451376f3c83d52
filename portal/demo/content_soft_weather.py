"""Soft Weather: a photographer in Dublin who sells letters and lessons, alone."""

from portal.demo.content_settings import DemoBranding
from portal.demo.content_soft_weather_customers import CUSTOMERS
from portal.demo.content_soft_weather_settings import COUPONS, LEGAL, PORTAL
from portal.demo.content_types import (
    DemoAddress,
    DemoMerchant,
    DemoPrice,
    DemoProduct,
    DemoTier,
)

LETTER = DemoProduct(
    name="The Letter",
    description=(
        "One photograph and the story of its light, every Sunday morning. "
        "All past letters are included."
    ),
    image="softweather-letter.webp",
    tax_code="digital_newspapers",
    statement_descriptor="SOFT WEATHER LETTER",
    prices=(
        DemoPrice(
            lookup_key="letter_monthly",
            unit_amount=700,
            interval="month",
            trial_days=14,
            nickname="The Letter, monthly",
        ),
        DemoPrice(
            lookup_key="letter_yearly",
            unit_amount=7000,
            interval="year",
            nickname="The Letter, yearly",
        ),
        DemoPrice(
            lookup_key="letter_monthly_gbp",
            unit_amount=600,
            currency="GBP",
            interval="month",
            trial_days=14,
            nickname="The Letter, monthly in pounds",
        ),
        DemoPrice(
            lookup_key="letter_yearly_gbp",
            unit_amount=6000,
            currency="GBP",
            interval="year",
            nickname="The Letter, yearly in pounds",
        ),
    ),
)

LETTER_AND_PRINT = DemoProduct(
    name="The Letter & Print",
    description=(
        "The Letter, and a signed print in the post every month: "
        "15 × 20 cm on cotton paper, numbered."
    ),
    image="softweather-prints.webp",
    tax_code="physical_goods",
    statement_descriptor="SOFT WEATHER PRINT",
    prices=(
        DemoPrice(
            lookup_key="print_monthly",
            unit_amount=2400,
            interval="month",
            nickname="Letter and print, monthly",
        ),
        DemoPrice(
            lookup_key="print_yearly",
            unit_amount=24000,
            interval="year",
            nickname="Letter and print, yearly",
        ),
    ),
)

CIRCLE = DemoProduct(
    name="Critique Circle",
    description=(
        "A small group that looks at each other’s contact sheets twice a month. "
        "Camera clubs and schools pay less a seat."
    ),
    image="softweather-circle.webp",
    tax_code="digital_service",
    unit_label="seat",
    statement_descriptor="SOFT WEATHER CIRCLE",
    prices=(
        DemoPrice(
            lookup_key="circle_monthly",
            model="volume",
            interval="month",
            tiers=(DemoTier(3, 2900), DemoTier(9, 2500), DemoTier(None, 2200)),
            nickname="Circle, monthly",
        ),
        DemoPrice(
            lookup_key="circle_yearly",
            model="volume",
            interval="year",
            tiers=(DemoTier(3, 29000), DemoTier(9, 25000), DemoTier(None, 22000)),
            nickname="Circle, yearly",
        ),
    ),
)

COURSE = DemoProduct(
    name="Overcast: a field course",
    description=(
        "Nine lessons for days without sun: exposure, fog, rain, and when to stay in bed. "
        "Yours to keep, with later updates."
    ),
    image="softweather-course.webp",
    tax_code="digital_service",
    statement_descriptor="SOFT WEATHER COURSE",
    prices=(
        DemoPrice(lookup_key="course", unit_amount=14900, nickname="Field course"),
        DemoPrice(
            lookup_key="course_gbp",
            unit_amount=12900,
            currency="GBP",
            nickname="Field course in pounds",
        ),
    ),
)

BOOK = DemoProduct(
    name="Grey Days, the book",
    description="A year without sun in 96 photographs. Linen cover, 160 pages, signed.",
    image="softweather-book.webp",
    tax_code="books",
    statement_descriptor="SOFT WEATHER BOOK",
    prices=(DemoPrice(lookup_key="book", unit_amount=4200, nickname="Signed copy"),),
)

SOFT_WEATHER = DemoMerchant(
    name="Soft Weather",
    owner_name="Orla Devane",
    owner_email="owner@softweather.example",
    owner_password="drizzle-along-the-quay",  # noqa: S106 - the demo's, and meant to be read
    address=DemoAddress("5 Lantern Yard", "D08 XY00", "Dublin", "IE", line2="Studio 2"),
    currency="EUR",
    locale="en",
    time_zone="Europe/Dublin",
    phone="+353 20 910 4471",
    support_email="hello@softweather.example",
    website="https://softweather.example",
    vat_id="IE9990011MH",
    terms_url="https://softweather.example/terms",
    privacy_url="https://softweather.example/privacy",
    statement_descriptor="SOFT WEATHER",
    invoice_prefix="SOFT",
    legal=LEGAL,
    portal=PORTAL,
    coupons=COUPONS,
    branding=DemoBranding(
        icon="softweather-icon.png",
        logo="softweather-logo.png",
        brand_color="#2b3050",
        accent_color="#94407f",
        font="source-serif",
        shape="square",
    ),
    products=(LETTER, LETTER_AND_PRINT, CIRCLE, COURSE, BOOK),
    customers=CUSTOMERS,
)
