"""How often a code may be asked for and tried. The numbers are a policy, not a taste.

Six digits are guessed with a chance of 0.06 % a day at these limits. Limits per address
do nothing against somebody who tries every customer once, so each merchant has a budget
of failures too: when it is spent, codes get longer instead of customers being locked out.
"""

import ipaddress
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from portal import throttle
from portal.billing import events
from portal.crypto import Keyring

CODES = "1 per 30 second; 5 per 15 minute; 20 per day"
CODES_OF_NETWORK = "50 per hour"
TRIES_OF_NETWORK = "100 per hour"
FAILURES = "20 per hour; 50 per day"
FAILURES_IN_A_ROW = "100 per 30 day"
CODES_AFTER_MANY_FAILURES = "1 per hour"
FAILURES_OF_MERCHANT = "300 per hour"
# Kept up to date every minute, and looked at for an hour: until one quiet hour.
ALARM, ALARM_LASTS, ALERTS = "1 per minute; 60 per hour", "1 per hour", "1 per hour"

DIGITS, DIGITS_UNDER_ATTACK = 6, 8


@dataclass(frozen=True)
class Asker:
    """Who asks, as far as the request tells.

    `browser` names a browser in which this address has signed in before, else it is
    empty. `limited=False` switches the limits off (benchmarks only).
    """

    keyring: Keyring
    ip: str = ""
    user_agent: str = ""
    browser: str = ""
    limited: bool = True


class CodePermit(NamedTuple):
    """Seconds to wait before a code may be asked for, or 0 and how long the code is to be."""

    wait: int
    digits: int = DIGITS


@dataclass(frozen=True)
class SignInLimits:
    """The limits of one address at one merchant, for one asker, at one moment."""

    merchant_id: str
    email: str
    asker: Asker
    at: datetime

    def take_code(self) -> "CodePermit":
        """Count a code that is asked for, unless that is too often."""
        glance = self._glance(
            self._failures, self._codes, self._network_codes, self._in_a_row, self._alarm
        )
        wait = max(
            glance.seconds_left(FAILURES, *self._failures),
            glance.seconds_left(CODES, *self._codes),
            glance.seconds_left(CODES_OF_NETWORK, *self._network_codes),
        )
        if wait := wait or self._wait_after_many_failures(glance):
            return CodePermit(wait)
        # Two at once may both have been told to go ahead; only one of them gets here first.
        if not (
            self._hit(CODES_OF_NETWORK, *self._network_codes) and self._hit(CODES, *self._codes)
        ):
            return CodePermit(wait=1)
        calm = glance.test(ALARM_LASTS, *self._alarm)
        return CodePermit(wait=0, digits=DIGITS if calm else DIGITS_UNDER_ATTACK)

    def wait_for_code(self) -> int:
        """The seconds until the next code may be asked for, as far as the address goes."""
        return self._glance().seconds_left(CODES, *self._codes)

    def take_try(self) -> int:
        """Count a code that is typed in. Answers the seconds to wait; 0 means go ahead."""
        network = ("sign_in_tries_of_network", network_of(self.asker.ip))
        if wait := self._glance().seconds_left(FAILURES, *self._failures):
            return wait
        if not self._hit(TRIES_OF_NETWORK, *network):
            return self._glance().seconds_left(TRIES_OF_NETWORK, *network)
        return 0

    def count_failure(self) -> None:
        self._hit(FAILURES, *self._failures)
        if not self.asker.browser:
            self._hit(FAILURES_IN_A_ROW, *self._in_a_row)
        if not self._hit(FAILURES_OF_MERCHANT, "sign_in_failures_of_merchant", self.merchant_id):
            self._raise_alarm()

    def count_success(self) -> None:
        throttle.clear(*self._in_a_row)

    def _raise_alarm(self) -> None:
        self._hit(ALARM, *self._alarm)
        if self._hit(ALERTS, "sign_in_alert", self.merchant_id):
            events.record(
                "billing_portal.sign_in.under_attack",
                self.merchant_id,
                at=self.at,
                failures=FAILURES_OF_MERCHANT,
            )

    def _wait_after_many_failures(self, glance: throttle.Glance) -> int:
        """A browser that is known keeps its own budget: nobody can lock the owner out."""
        if self.asker.browser or not glance.seconds_left(FAILURES_IN_A_ROW, *self._in_a_row):
            return 0
        many = ("sign_in_codes_after_many_failures", self.merchant_id, self.email)
        wait = self._glance().seconds_left(CODES_AFTER_MANY_FAILURES, *many)
        if not wait:
            self._hit(CODES_AFTER_MANY_FAILURES, *many)
        return wait

    @property
    def _codes(self) -> tuple[str, ...]:
        return ("sign_in_codes", self.merchant_id, self.email)

    @property
    def _network_codes(self) -> tuple[str, ...]:
        return ("sign_in_codes_of_network", network_of(self.asker.ip))

    @property
    def _failures(self) -> tuple[str, ...]:
        return ("sign_in_failures", self.merchant_id, self.email, self.asker.browser)

    @property
    def _in_a_row(self) -> tuple[str, ...]:
        return ("sign_in_failures_in_a_row", self.merchant_id, self.email)

    @property
    def _alarm(self) -> tuple[str, ...]:
        return ("sign_in_alarm", self.merchant_id)

    def _hit(self, limit: str, *bucket: str) -> bool:
        return throttle.hit(limit, *bucket, at=self.at, limited=self.asker.limited)

    def _glance(self, *buckets: tuple[str, ...]) -> throttle.Glance:
        return throttle.Glance(self.at, *buckets, limited=self.asker.limited)


def network_of(ip: str) -> str:
    """What limits count as one: an IPv4 address, or the /64 that a household's IPv6 has."""
    try:
        address = ipaddress.ip_address(ip.partition("%")[0])
    except ValueError:
        return ip
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, 64), strict=False))
