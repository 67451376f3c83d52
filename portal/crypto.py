"""Keys derived from the secret key, one a purpose, and what is done with them.

Old secret keys (`PORTAL_SECRET_KEY_FALLBACKS`) still open and verify everything
that they sealed and signed, so that a rotation logs nobody out.
"""

import base64
import hashlib
import hmac
import json
import secrets
from datetime import timedelta
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from itsdangerous import BadData, URLSafeTimedSerializer

TOKEN_BYTES = 32


class Unreadable(Exception):
    """A sealed or signed text that is broken, too old, or meant for something else."""


def new_token() -> str:
    """256 random bits for a cookie or an address."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def digest(token: str) -> str:
    """What is stored of a random token, so that the database does not give it away."""
    return hashlib.sha256(token.encode()).hexdigest()


class Keyring:
    """The keys of one installation, the current one first."""

    def __init__(self, secret_key: str, fallbacks: tuple[str, ...] = ()) -> None:
        self._secrets = (secret_key, *fallbacks)
        self._derived: dict[str, tuple[bytes, ...]] = {}

    def keys(self, purpose: str) -> tuple[bytes, ...]:
        if purpose not in self._derived:
            self._derived[purpose] = tuple(_derive(secret, purpose) for secret in self._secrets)
        return self._derived[purpose]

    def mac(self, purpose: str, *parts: str) -> str:
        """A keyed digest of `parts` under the current key."""
        return _mac(self.keys(purpose)[0], parts)

    def mac_matches(self, purpose: str, given: str, *parts: str) -> bool:
        """Whether one of the keys made `given`; compared in constant time."""
        macs = (_mac(key, parts) for key in self.keys(purpose))
        return sum(hmac.compare_digest(mac.encode(), given.encode()) for mac in macs) > 0

    def seal(self, purpose: str, value: Any) -> str:
        """`value` (JSON), encrypted and authenticated."""
        return self._fernet(purpose).encrypt(json.dumps(value).encode()).decode()

    def unseal(self, purpose: str, sealed: str, max_age: timedelta | None = None) -> Any:
        """What `seal` was given. Raises `Unreadable`."""
        ttl = int(max_age.total_seconds()) if max_age else None
        try:
            return json.loads(self._fernet(purpose).decrypt(sealed.encode(), ttl=ttl))
        except (InvalidToken, ValueError) as error:
            raise Unreadable from error

    def sign(self, purpose: str, audience: str, value: Any) -> str:
        """A readable, signed text for an address, for one purpose and one merchant."""
        text = self._serializer(purpose).dumps([audience, value])
        return text if isinstance(text, str) else text.decode()

    def unsign(self, purpose: str, signed: str, max_age: timedelta) -> tuple[str, Any]:
        """Audience and value of a signed text. Raises `Unreadable`."""
        try:
            audience, value = self._serializer(purpose).loads(
                signed, max_age=int(max_age.total_seconds())
            )
        except (BadData, ValueError, TypeError) as error:
            raise Unreadable from error
        return audience, value

    def _fernet(self, purpose: str) -> MultiFernet:
        return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in self.keys(purpose)])

    def _serializer(self, purpose: str) -> URLSafeTimedSerializer:
        # itsdangerous signs with the last key of the list and tries all of them.
        return URLSafeTimedSerializer(list(reversed(self.keys(purpose))), salt=purpose)


def _derive(secret: str, purpose: str) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=f"portal/{purpose}".encode()).derive(secret.encode())


def _mac(key: bytes, parts: tuple[str, ...]) -> str:
    message = "\x00".join(parts).encode()
    return hmac.new(key, message, hashlib.sha256).hexdigest()
