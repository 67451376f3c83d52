"""Who looks at the portal in a customer's place, for the banner that says so."""

from portal.accounts.users import User
from portal.selfservice.portal_sessions import PortalSession


def name_of_watcher(session: PortalSession) -> str:
    """The member of the merchant's team; "" where the customer is here in person."""
    if not session.is_impersonated:
        return ""
    member = User.get_or_none(User.id == session.impersonator_id)
    return member.display_name if member else session.impersonator_id
