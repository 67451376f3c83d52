"""The demo's look and its products."""

from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from portal.billing.merchants import Merchant
from portal.billing.products import Price, Product
from portal.demo.content_types import DemoMerchant, DemoPrice
from portal.files import StoredFile
from portal.ids import new_id
from portal.selfservice.branding import Branding

TYPES = {".png": "image/png", ".webp": "image/webp", ".jpg": "image/jpeg"}


def add_branding(content: DemoMerchant, merchant: Merchant, at: datetime) -> None:
    """Colours, font, shape, icon and logo."""
    brand = content.branding
    Branding.change(
        merchant,
        at=at,
        brand_color=brand.brand_color,
        accent_color=brand.accent_color,
        font=brand.font,
        shape=brand.shape,
        icon=_keep(merchant, "icon", new_id("img", at), brand.icon_path),
        logo=_keep(merchant, "logo", new_id("img", at), brand.logo_path),
    )


def add_products(content: DemoMerchant, merchant: Merchant, at: datetime) -> dict[str, Price]:
    """The catalogue; returns the prices by lookup key."""
    for demo in content.products:
        product = Product.publish(
            merchant,
            [_price(price) for price in demo.prices],
            at=at,
            name=demo.name,
            description=demo.description,
            tax_code=demo.tax_code,
            unit_label=demo.unit_label,
            statement_descriptor=demo.statement_descriptor,
        )
        product.image = _keep(merchant, "product_image", product.id, demo.image_path)
        product.save()
    return {price.lookup_key: price for price in Price.select().where(Price.merchant == merchant)}


def _price(demo: DemoPrice) -> dict[str, object]:
    columns = asdict(demo)
    tiers = columns.pop("tiers")
    return columns | {"tiers_data": [dict(tier) for tier in tiers]}


def _keep(merchant: Merchant, kind: str, subject: str, path: Path) -> str:
    data = path.read_bytes()
    return StoredFile.keep(merchant, kind, subject, data, TYPES[path.suffix]).name
