"""A form that is sent twice has one effect."""

from collections.abc import Callable

from flask import request

from portal.database import write
from portal.record import now
from portal.selfservice.form_nonces import FormNonce
from portal.web import csrf
from portal.web.customer.scope import my_session


def once(change: Callable[[], object]) -> bool:
    """Make the change unless this very form has made it already; whether it was made now.

    What `change` raises leaves the form unused, so that it can be put right and sent again.
    """
    with write():
        if not FormNonce.use(my_session(), form_name(), at=now()):
            return False
        change()
    return True


def form_name() -> str:
    """Which form this is: its token is new each time a page is made, its address says the rest."""
    token = request.form.get(csrf.FIELD) or request.headers.get(csrf.HEADER, "")
    return f"{token.partition('.')[0]} {request.path}"
