"""How every command begins: settings, logs, a database of the right shape."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from portal import logs, schema
from portal.config import ConfigurationError, Settings, load
from portal.database import configure, database
from portal.gateways import installation

KEY_FILE = "secret_key"


def start(settings: Settings | None = None, *, for_serving: bool = False) -> Settings:
    """Settings read, logs set up, the database pointed at. Raises `ConfigurationError`."""
    settings = settings or with_kept_key(load(for_serving=for_serving))
    logs.configure(settings.log_level)
    configure(settings.database_url)
    installation.use(settings)
    return settings


@contextmanager
def connected(settings: Settings | None = None) -> Iterator[Settings]:
    """Like `start`, with a connection to a current schema. Raises `SchemaError`."""
    settings = start(settings)
    with database.connection_context():
        schema.require_current()
        yield settings


def with_kept_key(settings: Settings) -> Settings:
    """Commands beside a running demo use the key that it generated."""
    path = settings.data_dir / KEY_FILE
    if settings.secret_key or not path.is_file():
        return settings
    return replace(settings, secret_key=path.read_text(encoding="ascii").strip())


def require_key(settings: Settings) -> Settings:
    """Raises `ConfigurationError`: without the key nothing that was sealed can be read."""
    if not settings.secret_key:
        raise ConfigurationError("PORTAL_SECRET_KEY must be set")
    return settings
