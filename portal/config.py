"""Settings from the environment: read once, checked loudly."""

import ipaddress
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

PREFIX = "PORTAL_"
SHORTEST_SECRET = 32
SIGNUP_MODES = ("open", "first", "closed")
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
MAIL_SCHEMES = ("smtp", "console", "file")
STRIPE_URL = "https://api.stripe.com"
VIES_URL = "https://ec.europa.eu/taxation_customs/vies/rest-api"
DATABASE_SCHEMES = ("sqlite", "postgresql", "postgres")

# Read by commands on their own, not part of the settings.
OTHER_VARIABLES = frozenset(
    {"PORTAL_OWNER_PASSWORD", "PORTAL_TEST_DATABASE", "PORTAL_TEST_BROWSER"}
)


class ConfigurationError(Exception):
    """The environment cannot be understood; the message names each variable."""


@dataclass(frozen=True)
class Settings:
    """What an operator decides. Every field has a variable of the same name, `PORTAL_…`."""

    database_url: str = field(repr=False)
    secret_key: str = field(repr=False)
    secret_key_fallbacks: tuple[str, ...] = field(default=(), repr=False)
    base_url: str = "http://localhost:5000"
    mail_url: str = field(default="console:", repr=False)
    mail_from: str = "portal@localhost"
    data_dir: Path = Path("var")
    signup: str = "first"
    rate_limits: bool = True
    trusted_proxies: int = 0
    webhook_allowed_networks: tuple[str, ...] = ()
    vies_url: str = ""
    stripe_url: str = STRIPE_URL
    log_level: str = "INFO"
    is_demo: bool = False
    is_testing: bool = False

    @property
    def is_https(self) -> bool:
        return self.base_url.startswith("https://")

    @property
    def host(self) -> str:
        """Host and port of the public origin, as a browser sends them."""
        return urlsplit(self.base_url).netloc


VARIABLES = frozenset(
    PREFIX + name.upper()
    for name in Settings.__dataclass_fields__
    if name not in {"is_demo", "is_testing"}
)


def load(environ: Mapping[str, str] | None = None, *, for_serving: bool = False) -> Settings:
    """The settings of this process.

    `for_serving` asks for the variables that a production server must not guess.
    Raises `ConfigurationError` with every complaint at once.
    """
    environ = os.environ if environ is None else environ
    problems = list(_misnamed(environ)) + (list(_missing(environ)) if for_serving else [])
    values = _Reader(environ, problems)
    data_dir = Path(values.text("DATA_DIR", "./var")).absolute()
    settings = Settings(
        database_url=values.url(
            "DATABASE_URL", f"sqlite:///{data_dir / 'portal.db'}", DATABASE_SCHEMES
        ),
        secret_key=values.secret("SECRET_KEY", values.text("SECRET_KEY", "")),
        secret_key_fallbacks=values.secrets("SECRET_KEY_FALLBACKS"),
        base_url=values.origin("BASE_URL", "http://localhost:5000"),
        mail_url=values.url("MAIL_URL", "console:", MAIL_SCHEMES),
        mail_from=values.text("MAIL_FROM", "portal@localhost"),
        data_dir=data_dir,
        signup=values.choice("SIGNUP", "first", SIGNUP_MODES),
        rate_limits=values.choice("RATE_LIMITS", "on", ("on", "off")) == "on",
        trusted_proxies=values.number("TRUSTED_PROXIES", 0),
        webhook_allowed_networks=values.networks("WEBHOOK_ALLOWED_NETWORKS"),
        vies_url=values.service("VIES_URL", VIES_URL),
        stripe_url=values.service("STRIPE_URL", STRIPE_URL),
        log_level=values.choice("LOG_LEVEL", "INFO", LOG_LEVELS),
    )
    if not settings.rate_limits and not is_loopback(settings.base_url):
        problems.append("PORTAL_RATE_LIMITS=off is only for an http PORTAL_BASE_URL on loopback")
    if problems:
        raise ConfigurationError("\n".join(problems))
    return settings


def _misnamed(environ: Mapping[str, str]) -> Iterator[str]:
    for name in sorted(environ):
        if name.startswith(PREFIX) and name not in VARIABLES | OTHER_VARIABLES:
            yield f"{name} is not a variable that Portal knows"


def _missing(environ: Mapping[str, str]) -> Iterator[str]:
    for name in ("PORTAL_SECRET_KEY", "PORTAL_BASE_URL"):
        if not environ.get(name):
            yield f"{name} must be set"


def is_loopback(base_url: str) -> bool:
    """Plain http on this machine: the only place where cookies may go without Secure."""
    parts = urlsplit(base_url)
    return parts.scheme == "http" and parts.hostname in {"localhost", "127.0.0.1", "::1"}


class _Reader:
    """Reads single variables and collects what is wrong with them."""

    def __init__(self, environ: Mapping[str, str], problems: list[str]) -> None:
        self.environ = environ
        self.problems = problems

    def text(self, name: str, default: str) -> str:
        return self.environ.get(PREFIX + name, "").strip() or default

    def complain(self, name: str, what: str) -> None:
        self.problems.append(f"{PREFIX}{name} {what}")

    def several(self, name: str) -> tuple[str, ...]:
        return tuple(part.strip() for part in self.text(name, "").split(",") if part.strip())

    def choice(self, name: str, default: str, allowed: tuple[str, ...]) -> str:
        value = self.text(name, default)
        if value not in allowed:
            self.complain(name, f"must be one of: {', '.join(allowed)}")
        return value

    def number(self, name: str, default: int) -> int:
        value = self.text(name, str(default))
        if not value.isascii() or not value.isdigit():
            self.complain(name, "must be a whole number")
            return default
        return int(value)

    def url(self, name: str, default: str, schemes: tuple[str, ...]) -> str:
        value = self.text(name, default)
        if urlsplit(value).scheme not in schemes:
            self.complain(name, f"must start with one of: {', '.join(schemes)}")
        return value

    def service(self, name: str, default: str) -> str:
        """The address of a service; a variable that is set but empty switches it off."""
        value = self.environ.get(PREFIX + name, default).strip().rstrip("/")
        if value and not (value.startswith("https://") or is_loopback(value)):
            self.complain(name, "must use https (http only for localhost), or be empty")
        return value

    def origin(self, name: str, default: str) -> str:
        value = self.text(name, default).rstrip("/")
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path:
            self.complain(name, "must be an origin such as https://portal.example.com")
        elif parts.scheme == "http" and not is_loopback(value):
            self.complain(name, "must use https (http only for localhost)")
        return value

    def secrets(self, name: str) -> tuple[str, ...]:
        return tuple(self.secret(name, value) for value in self.several(name))

    def secret(self, name: str, value: str) -> str:
        if value and len(value.encode()) < SHORTEST_SECRET:
            self.complain(name, f"must have at least {SHORTEST_SECRET} random bytes")
        return value

    def networks(self, name: str) -> tuple[str, ...]:
        networks = self.several(name)
        for network in networks:
            try:
                ipaddress.ip_network(network)
            except ValueError:
                self.complain(name, f"has {network!r}, which is not a network such as 10.0.0.0/8")
        return networks
