"""A mail server on this machine that keeps what it is given, for tests to read."""

import random
import re
import socket
import threading
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

PATIENCE = 90.0
# A line with six digits and nothing else.
CODE = re.compile(r"^\s*(\d{3})\s?(\d{3})\s*$", re.MULTILINE)
_taken: set[int] = set()


class NoMail(AssertionError):
    """The mail that a test waited for did not come."""


class MailServer:
    """Speaks SMTP on a free port of the loopback interface, from `with` to its end."""

    def __init__(self) -> None:
        self._mails: list[tuple[str, EmailMessage]] = []
        self._arrived = threading.Condition()
        self.port = free_port()
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)

    @property
    def url(self) -> str:
        """For `PORTAL_MAIL_URL`."""
        return f"smtp://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._controller.stop()

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.original_content or b""
        mail = message_from_bytes(content, policy=policy.default)
        with self._arrived:
            self._mails += [(to.lower(), mail) for to in envelope.rcpt_tos]
            self._arrived.notify_all()
        return "250 OK"

    def mails_to(self, address: str) -> list[EmailMessage]:
        """Everything for this address so far, oldest first."""
        with self._arrived:
            return [mail for to, mail in self._mails if to == address.lower()]

    def wait_for_mail(self, to: str, containing: str = "", *, after: int = 0) -> EmailMessage:
        """The newest mail to this address, the first `after` not counted.

        `containing` is looked for in subject and text. Raises `NoMail` after a while.
        """
        return self._wait(to, re.compile(re.escape(containing)), after)

    def wait_for_code(self, to: str, *, after: int = 0) -> EmailMessage:
        """Like `wait_for_mail`, for a mail with a one-time code: see `code_in`."""
        return self._wait(to, CODE, after)

    def _wait(self, to: str, pattern: re.Pattern[str], after: int) -> EmailMessage:
        found: list[EmailMessage] = []

        def is_there() -> bool:
            mails = [mail for known, mail in self._mails if known == to.lower()][after:]
            found[:] = [
                mail for mail in mails if pattern.search(f"{mail['Subject']}\n{text_of(mail)}")
            ]
            return bool(found)

        with self._arrived:
            if not self._arrived.wait_for(is_there, PATIENCE):
                others = [(known, mail["Subject"]) for known, mail in self._mails]
                raise NoMail(f"no mail to {to} with {pattern.pattern!r}, but {others}")
        return found[-1]


def text_of(mail: EmailMessage) -> str:
    """What a mail says to those who read plain text."""
    part = mail.get_body(("plain",))
    return str(part.get_content()) if part else ""


def html_of(mail: EmailMessage) -> str:
    part = mail.get_body(("html",))
    return str(part.get_content()) if part else ""


def code_in(mail: EmailMessage) -> str:
    """The six digits that a mail with a one-time code carries."""
    found = CODE.search(text_of(mail))
    assert found, f"no code in {text_of(mail)!r}"
    return found[1] + found[2]


def link_in(mail: EmailMessage, containing: str) -> str:
    """The first address in a mail's text that has `containing` in it."""
    addresses = re.findall(r"https?://[^\s<>]+", text_of(mail))
    found = next((address for address in addresses if containing in address), None)
    assert found, f"no link with {containing!r} in {text_of(mail)!r}"
    return found


def free_port() -> int:
    """A port of the loopback interface that nobody listens on right now.

    None of those that outgoing connections take, and never the same twice.
    """
    while True:
        port = random.SystemRandom().randrange(15_000, 32_000)
        if port not in _taken and _is_free(port):
            _taken.add(port)
            return port


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
