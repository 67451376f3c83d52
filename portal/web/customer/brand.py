"""What the layout of the portal needs to wear a merchant's brand."""

from types import SimpleNamespace
from typing import Any

from portal.billing.merchants import Merchant
from portal.selfservice.branding import Branding
from portal.selfservice.configurations import PortalConfiguration
from portal.selfservice.portal_sessions import PortalSession
from portal.web.brand_urls import file_url, stylesheet_url


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
