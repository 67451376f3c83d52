"""What providers need to know of the installation: its key, and where they are reached."""

from portal.config import Settings
from portal.crypto import Keyring

_settings: Settings | None = None


def use(settings: Settings) -> None:
    """The installation whose sealed credentials are read from now on."""
    global _settings  # noqa: PLW0603 - one installation a process, as with the database
    _settings = settings


def settings() -> Settings:
    """Raises `LookupError` where no installation was named yet."""
    if _settings is None:
        raise LookupError("no installation")
    return _settings


def keyring() -> Keyring:
    """Unseals provider credentials."""
    current = settings()
    return Keyring(current.secret_key, current.secret_key_fallbacks)
