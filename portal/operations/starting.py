"""How every command begins: settings, logs, a database of the right shape."""

from collections.abc import Iterator
from contextlib import contextmanager

from portal import logs, schema
from portal.config import Settings, load
from portal.database import configure, database


def start(settings: Settings | None = None, *, for_serving: bool = False) -> Settings:
    """Settings read, logs set up, the database pointed at. Raises `ConfigurationError`."""
    settings = settings or load(for_serving=for_serving)
    logs.configure(settings.log_level)
    configure(settings.database_url)
    return settings


@contextmanager
def connected(settings: Settings | None = None) -> Iterator[Settings]:
    """Like `start`, with a connection to a current schema. Raises `SchemaError`."""
    settings = start(settings)
    with database.connection_context():
        schema.require_current()
        yield settings
