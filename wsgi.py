"""The application for `flask` and for any WSGI server; `portal serve` needs no such file."""

from portal import create_app
from portal.config import load
from portal.logs import configure

settings = load()
configure(settings.log_level)
app = create_app(settings)
