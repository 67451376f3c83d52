"""VIES, the Commission's register of VAT ids: one question, and what was answered.

The REST service (`POST /check-vat-number`) is documented at
https://ec.europa.eu/taxation_customs/vies/#/technical-information. Whoever asks with an own
VAT id gets a consultation number back, which is the proof that tax authorities accept.
Member states answer themselves and close at night, so no answer is not a "no".
"""

import json
import time
from collections.abc import Mapping
from http.client import HTTPException, HTTPResponse
from typing import Any, NamedTuple
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, Request, build_opener

TIMEOUT = 10.0
DEADLINE = 30.0
LARGEST = 64 * 1024
LONGEST_TEXT = 500
# What is kept of an answer: as it came, and no more.
KEPT = ("countryCode", "vatNumber", "requestDate", "requestIdentifier", "name", "address")
NOT_A_NUMBER = "INVALID_INPUT"
UNKNOWN_REQUESTER = "INVALID_REQUESTER_INFO"


class Answer(NamedTuple):
    """Whether the id exists, and the answer itself as proof."""

    is_valid: bool
    proof: dict[str, Any]


class ViesUnavailable(Exception):
    """Nobody answered, or nothing that can be understood: ask again later."""


def ask(base_url: str, vat_id: str, requester: str = "") -> Answer:
    """Whether an EU VAT id (with its prefix) is given out today.

    `requester` is the own VAT id of whoever asks; one that VIES does not accept is left
    out. Raises `ViesUnavailable`.
    """
    question = {"countryCode": vat_id[:2], "vatNumber": vat_id[2:]}
    answered = _send(base_url, question | _asked_by(requester))
    errors = _errors(answered)
    if requester and UNKNOWN_REQUESTER in errors:
        requester, answered = "", _send(base_url, question)
        errors = _errors(answered)
    if errors and not errors <= {NOT_A_NUMBER}:
        raise ViesUnavailable(", ".join(sorted(errors)))
    is_valid = False if errors else _verdict(answered, question)
    kept = {name: str(answered[name])[:LONGEST_TEXT] for name in KEPT if answered.get(name)}
    return Answer(is_valid, question | kept | {"valid": is_valid, "requester": requester})


def _asked_by(requester: str) -> dict[str, str]:
    if not requester:
        return {}
    return {"requesterMemberStateCode": requester[:2], "requesterNumber": requester[2:]}


def _verdict(answered: Mapping[str, Any], question: Mapping[str, str]) -> bool:
    """Only a plain yes or no to what was asked counts. Raises `ViesUnavailable`."""
    said = answered.get("valid", answered.get("isValid"))
    if not isinstance(said, bool):
        raise ViesUnavailable("neither yes nor no")
    for name, asked in question.items():
        if str(answered.get(name) or asked) != asked:
            raise ViesUnavailable("an answer to another question")
    return said


def _errors(answered: Mapping[str, Any]) -> set[str]:
    """The service's names for what went wrong; they come in two shapes."""
    wrapped = answered.get("errorWrappers")
    errors = {str(one.get("error")) for one in wrapped or () if isinstance(one, Mapping)}
    said = str(answered.get("userError") or "VALID")
    return errors | ({said} - {"VALID", "INVALID"})


class _NoRedirects(HTTPRedirectHandler):
    """Who is asked was configured; nobody else is."""

    def redirect_request(self, *_given: Any) -> None:
        return None


_opener = build_opener(_NoRedirects)


def _send(base_url: str, question: Mapping[str, str]) -> dict[str, Any]:
    request = Request(  # noqa: S310 - the scheme was checked with the configuration
        f"{base_url}/check-vat-number",
        data=json.dumps(question).encode(),
        headers={"Content-Type": "application/json", "Accept": "application/json"},
    )
    try:
        try:
            with _opener.open(request, timeout=TIMEOUT) as response:
                body = _read(response)
        except HTTPError as refused:  # errors are told in the body, with status 400 or 500
            with refused:
                body = _read(refused)
        answered = json.loads(body)
    except (OSError, HTTPException, ValueError, RecursionError) as error:
        raise ViesUnavailable(f"{type(error).__name__}") from error
    if not isinstance(answered, dict):
        raise ViesUnavailable("no answer")
    return answered


def _read(response: HTTPResponse | HTTPError) -> bytes:
    """The body, if it is neither large nor slow. Raises `ViesUnavailable`."""
    until, body = time.monotonic() + DEADLINE, b""
    while part := response.read1(LARGEST):
        body += part
        if len(body) > LARGEST or time.monotonic() > until:
            raise ViesUnavailable("too much, or too slowly")
    return body
