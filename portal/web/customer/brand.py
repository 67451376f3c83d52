"""What the layout of the portal needs to wear a merchant's brand."""

from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

from flask import url_for

from portal.billing.merchants import Merchant
from portal.selfservice.branding import Branding
from portal.selfservice.configurations import PortalConfiguration
from portal.selfservice.portal_sessions import PortalSession


def context(
    merchant: Merchant,
    configuration: PortalConfiguration,
    session: PortalSession | None = None,
) -> dict[str, Any]:
    """Variables of customer/layout.html. `merchant.branding` must have been loaded."""
    branding: Branding = merchant.branding
    return {
        "merchant": merchant,
        "branding": SimpleNamespace(
            logo_url=file_url(branding.logo),
            icon_url=file_url(branding.icon),
            headline=configuration.headline,
        ),
        "brand_stylesheet": stylesheet_url(
            branding.brand_color, branding.accent_color, branding.font, branding.shape
        ),
        "configuration": SimpleNamespace(
            return_url=configuration.default_return_url or merchant.website
        ),
        "customer": session.customer if session else None,
        "session": session,
        "sign_out_url": "/p/sign-out" if session else None,
    }


def stylesheet_url(brand: str, accent: str, font: str, shape: str) -> str:
    """The brand's colours as a stylesheet of its own: no inline style, and cached for ever."""
    values = {"brand": brand[1:], "accent": accent[1:], "font": font, "shape": shape}
    return "/p/brand.css?" + urlencode(values)


def file_url(name: str) -> str:
    return url_for("public.file", name=name) if name else ""
