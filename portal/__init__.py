"""Portal: a customer portal that merchants host themselves."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from portal.config import Settings


def create_app(settings: "Settings") -> "Flask":
    """The web application. The only place where all rooms meet."""
    # Imported here, so that a worker that needs one room does not load all of them.
    from flask import Flask  # noqa: PLC0415

    from portal import web  # noqa: PLC0415
    from portal.crypto import Keyring  # noqa: PLC0415
    from portal.database import configure  # noqa: PLC0415
    from portal.folders import folder  # noqa: PLC0415
    from portal.gateways import installation  # noqa: PLC0415

    app = Flask(__name__, template_folder=str(folder("templates")), static_folder=None)
    configure(settings.database_url)
    installation.use(settings)
    app.extensions["settings"] = settings
    app.extensions["keyring"] = Keyring(settings.secret_key, settings.secret_key_fallbacks)
    web.init_app(app, settings)
    return app
