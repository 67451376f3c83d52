"""Portal: a customer portal that merchants host themselves."""

from flask import Flask

from portal.config import Settings
from portal.crypto import Keyring
from portal.database import configure
from portal.folders import folder


def create_app(settings: Settings) -> Flask:
    """The web application. The only place where all rooms meet."""
    from portal import web  # noqa: PLC0415 - commands without a web need not load it

    app = Flask(
        __name__,
        template_folder=str(folder("templates")),
        static_folder=None,
    )
    configure(settings.database_url)
    app.extensions["settings"] = settings
    app.extensions["keyring"] = Keyring(settings.secret_key, settings.secret_key_fallbacks)
    web.init_app(app, settings)
    return app
