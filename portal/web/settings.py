"""What the running application was started with."""

from typing import cast

from flask import current_app

from portal.config import Settings
from portal.crypto import Keyring


def settings() -> Settings:
    return cast(Settings, current_app.extensions["settings"])


def keyring() -> Keyring:
    return cast(Keyring, current_app.extensions["keyring"])


def absolute(path: str) -> str:
    """An address for mails, documents and sharing: from the configuration, never from Host."""
    return settings().base_url + path
