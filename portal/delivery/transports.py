"""How a mail leaves: by SMTP, onto the console, or as a file."""

import smtplib
import ssl
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from portal.delivery.jobs import Hopeless

TIMEOUT_SECONDS = 15
SMTP_PORT = 25
REFUSED = 500  # answers from here on are final
CONFIGURATION = (smtplib.SMTPAuthenticationError, smtplib.SMTPSenderRefused)


def deliver(message: EmailMessage, url: str) -> None:
    """Hand the message over to what `PORTAL_MAIL_URL` names.

    Raises `Hopeless` where the receiver's server says that it never will, and OSError or
    SMTPException where another try may help.
    """
    scheme = urlsplit(url).scheme
    TRANSPORTS[scheme](message, url)


def by_smtp(message: EmailMessage, url: str) -> None:
    """Raises `Hopeless` where every recipient, or the mail itself, was refused for good."""
    try:
        with connection(url, _domain(message)) as server:
            server.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        if all(code >= REFUSED for code, _ in error.recipients.values()):
            raise Hopeless("refused for every recipient") from error
        raise
    except CONFIGURATION:
        raise  # ours to repair, and then it goes through
    except smtplib.SMTPResponseException as error:
        if error.smtp_code >= REFUSED:
            raise Hopeless(str(error)) from error
        raise


def connection(url: str, local_name: str = "localhost") -> smtplib.SMTP:
    """A connection to the mail server, encrypted and signed in as the URL says."""
    parts = urlsplit(url)
    options = parse_qs(parts.query)
    # Its own guess at our name would ask DNS, and wait for it.
    server = smtplib.SMTP(
        parts.hostname or "localhost",
        parts.port or SMTP_PORT,
        local_hostname=local_name,
        timeout=TIMEOUT_SECONDS,
    )
    try:
        if options.get("starttls", ["0"])[-1] == "1":
            server.starttls(context=ssl.create_default_context())
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
    except BaseException:
        server.close()
        raise
    return server


def on_console(message: EmailMessage, _url: str) -> None:
    """For development: headers and the text part, as they are read."""
    text = message.get_body(("plain",))
    lines = [f"{name}: {message[name]}" for name in ("To", "Subject")]
    sys.stdout.write("\n".join([*lines, "", text.get_content() if text else "", ""]))
    sys.stdout.flush()


def as_file(message: EmailMessage, url: str) -> None:
    """One .eml a mail, named by its moment so that a listing is in order."""
    folder = folder_of(url)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    name = f"{_moment(message):%Y%m%dT%H%M%S%f}-{_key(message)}"
    unfinished = folder / f".{name}"
    unfinished.write_bytes(message.as_bytes(policy=policy.SMTP))
    unfinished.rename(folder / f"{name}.eml")


def folder_of(url: str) -> Path:
    """The folder of a `file:` address."""
    return Path(unquote(urlsplit(url).path))


def sweep(url: str, before: datetime) -> None:
    """Delete files of mails from before that moment."""
    if urlsplit(url).scheme != "file":
        return
    for path in folder_of(url).glob("*.eml"):
        if datetime.fromtimestamp(path.stat().st_mtime, UTC) < before:
            path.unlink(missing_ok=True)


def _domain(message: EmailMessage) -> str:
    return parseaddr(str(message["From"]))[1].rpartition("@")[2] or "localhost"


def _moment(message: EmailMessage) -> datetime:
    sent: datetime = message["Date"].datetime
    return sent.astimezone(UTC)


def _key(message: EmailMessage) -> str:
    return str(message["Message-ID"]).strip("<>").partition("@")[0]


TRANSPORTS: dict[str, Callable[[EmailMessage, str], None]] = {
    "smtp": by_smtp,
    "console": on_console,
    "file": as_file,
}
