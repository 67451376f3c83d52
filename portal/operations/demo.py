"""The demo on one machine: everything that is missing is made, nothing that is there changed."""

import os
import secrets
from dataclasses import replace
from pathlib import Path

from portal import schema
from portal.config import Settings, load
from portal.operations.starting import KEY_FILE, start


def prepare(port: int) -> Settings:
    """Settings for a demo on localhost, its database migrated.

    What the environment says holds; the rest is chosen: a key that is generated once and
    kept in the data folder, mails as files there, sign-up open.
    """
    environ = dict(os.environ)
    environ.setdefault("PORTAL_BASE_URL", f"http://localhost:{port}")
    environ.setdefault("PORTAL_SIGNUP", "open")
    environ.setdefault("PORTAL_LOG_LEVEL", "WARNING")
    settings = load(environ)
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not settings.secret_key:
        settings = replace(settings, secret_key=kept_key(settings.data_dir))
    if "PORTAL_MAIL_URL" not in os.environ:
        settings = replace(settings, mail_url=f"file://{settings.data_dir / 'mails'}")
    settings = start(replace(settings, is_demo=True))
    schema.migrate()
    return settings


def kept_key(folder: Path) -> str:
    """The key of this data folder, made at the first start."""
    path = folder / KEY_FILE
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48), encoding="ascii")
    return path.read_text(encoding="ascii").strip()


def up(settings: Settings, *, host: str, port: int, workers: int) -> None:
    """Serve it, the jobs included."""
    from portal.operations.serving import serve  # noqa: PLC0415 - not needed to fill a database

    serve(settings, host=host, port=port, workers=workers, with_worker=True)
