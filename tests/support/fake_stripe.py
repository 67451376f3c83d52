"""A Stripe on loopback: what the gateway needs of its API, with its memory and its moods."""

import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any
from urllib.parse import parse_qsl, urlsplit

Answer = tuple[int, dict[str, Any]]
LATE_SECONDS = 60
CARDS: dict[str, dict[str, Any]] = {
    "visa": {"brand": "visa", "last4": "4242"},
    "mastercard": {"brand": "mastercard", "last4": "4444"},
    "confirmation": {"brand": "visa", "last4": "3155"},
    "declined": {"brand": "visa", "last4": "0002", "refusal": ("card_declined", None)},
    "insufficient_funds": {
        "brand": "visa",
        "last4": "9995",
        "refusal": ("card_declined", "insufficient_funds"),
    },
    "expired": {"brand": "visa", "last4": "0069", "refusal": ("expired_card", None)},
    "late": {"brand": "visa", "last4": "0077"},
    "never": {"brand": "visa", "last4": "0119"},
}


class FakeStripe:
    """Objects by id, and answers by idempotency key, as Stripe keeps them."""

    def __init__(self) -> None:
        self.objects: dict[str, dict[str, Any]] = {}
        self.answers: dict[str, tuple[str, Answer]] = {}
        self.clock: Callable[[], float] = time.time
        self.numbers = count(1)
        self.calls: list[str] = []
        # Work done, answer lost: how many of the next creating calls end so.
        self.lose_answers = 0
        self.is_down = False
        self._lock = threading.Lock()

    # ── the API ─────────────────────────────────────────────────────────────────────────────

    def handle(self, method: str, path: str, params: dict[str, Any], key: str) -> Answer:
        with self._lock:
            self.calls.append(f"{method} {path}")
            if self.is_down:
                return 503, error("api_error")
            if method == "POST" and key:
                return self._once(key, path, params)
            return self._act(method, path, params)

    def _once(self, key: str, path: str, params: dict[str, Any]) -> Answer:
        asked = json.dumps([path, params], sort_keys=True)
        if key in self.answers:
            before, answer = self.answers[key]
            return answer if before == asked else (400, error("idempotency_error"))
        answer = self._act("POST", path, params)
        if answer[0] < 500:
            self.answers[key] = (asked, answer)
        if self.lose_answers:
            self.lose_answers -= 1
            return 0, {}
        return answer

    def _act(self, method: str, path: str, params: dict[str, Any]) -> Answer:
        for verb, pattern, act in ROUTES:
            if verb == method and (found := re.fullmatch(pattern, path)):
                return act(self, params, *found.groups())
        return 404, error("invalid_request_error", "url_unknown")

    def add(self, prefix: str, **given: Any) -> dict[str, Any]:
        made = {"id": f"{prefix}_{next(self.numbers)}", "created": int(self.clock()), **given}
        self.objects[made["id"]] = made
        return made

    # ── what the tests do at the other side ─────────────────────────────────────────────────

    def choose(self, key: str, card: str) -> None:
        """Somebody fills in the Checkout page. The first choice stands."""
        session = self._by_key(key, "cs")
        if session["status"] == "complete":
            return
        method = self.add("pm", customer=session["customer"], **shape(card))
        intent = self.add("seti", payment_method=method)
        session.update(status="complete", setup_intent=intent)

    def decide(self, key: str, confirmed: bool) -> None:
        intent = self._by_key(key, "pi")
        if intent["status"] != "requires_action":
            return
        intent["next_action"] = None
        if confirmed:
            intent["status"] = "succeeded"
            return
        intent["status"] = "requires_payment_method"
        intent["last_payment_error"] = {"code": "authentication_failed"}

    def charges(self, key: str) -> int:
        return sum(
            each["id"].startswith("pi_") and each["metadata"].get("portal_key") == key
            for each in self.objects.values()
        )

    def _by_key(self, key: str, prefix: str) -> dict[str, Any]:
        return next(
            each
            for each in self.objects.values()
            if each["id"].startswith(f"{prefix}_") and each["metadata"].get("portal_key") == key
        )


def shape(card: str) -> dict[str, Any]:
    if card == "sepa":
        return {"type": "sepa_debit", "kind": card, "sepa_debit": {"last4": "3000"}}
    shown = {"brand": CARDS[card]["brand"], "last4": CARDS[card]["last4"]}
    return {"type": "card", "kind": card, "card": {**shown, "exp_month": 12, "exp_year": 2031}}


def error(kind: str, code: str = "", **more: Any) -> dict[str, Any]:
    return {"error": {"type": kind, "code": code, "message": kind, **more}}


def create_customer(stripe: FakeStripe, params: dict[str, Any]) -> Answer:
    return 200, stripe.add("cus", object="customer", **params)


def create_session(stripe: FakeStripe, params: dict[str, Any]) -> Answer:
    session = stripe.add("cs", object="checkout.session", status="open", **params)
    session["url"] = f"https://checkout.example.test/{session['id']}"
    return 200, session


def create_intent(stripe: FakeStripe, params: dict[str, Any]) -> Answer:
    method = stripe.objects.get(params["payment_method"])
    if method is None or method.get("customer") != params["customer"]:
        return 400, error("invalid_request_error", "payment_method_unusable")
    given = {**params, "amount": int(params["amount"])}
    intent = stripe.add(
        "pi", object="payment_intent", next_action=None, last_payment_error=None, **given
    )
    kind = method["kind"]
    if kind == "never":
        return 500, error("api_error")
    if refusal := CARDS.get(kind, {}).get("refusal"):
        code, decline = refusal
        intent["status"] = "requires_payment_method"
        intent["last_payment_error"] = {"code": code, "decline_code": decline}
        details = {"decline_code": decline, "payment_intent": intent}
        return 402, error("card_error", code, **details)
    intent["status"] = {"confirmation": "requires_action", "late": "processing"}.get(
        kind, "succeeded"
    )
    if kind == "confirmation":
        url = f"https://hooks.example.test/{intent['id']}"
        intent["next_action"] = {"type": "redirect_to_url", "redirect_to_url": {"url": url}}
    return 200, intent


def read(stripe: FakeStripe, _params: dict[str, Any], object_id: str) -> Answer:
    found = stripe.objects.get(object_id)
    if found is None:
        return 404, error("invalid_request_error", "resource_missing")
    if is_never(stripe, found):
        return 500, error("api_error")
    if found.get("status") == "processing" and stripe.clock() - found["created"] >= LATE_SECONDS:
        found["status"] = "succeeded"
    return 200, found


def is_never(stripe: FakeStripe, found: dict[str, Any]) -> bool:
    method = stripe.objects.get(str(found.get("payment_method")), {})
    return found["id"].startswith("pi_") and method.get("kind") == "never"


def list_intents(stripe: FakeStripe, params: dict[str, Any]) -> Answer:
    return listed(stripe, "pi_", lambda each: each["customer"] == params["customer"])


def list_refunds(stripe: FakeStripe, params: dict[str, Any]) -> Answer:
    mine = params["payment_intent"]
    return listed(stripe, "re_", lambda each: each["payment_intent"] == mine)


def listed(stripe: FakeStripe, prefix: str, wanted: Callable[[dict[str, Any]], bool]) -> Answer:
    found = [
        each for each in stripe.objects.values() if each["id"].startswith(prefix) and wanted(each)
    ]
    if any(is_never(stripe, each) for each in found):
        return 500, error("api_error")
    return 200, {"object": "list", "data": found, "has_more": False, "url": "/v1/list"}


def confirm(stripe: FakeStripe, params: dict[str, Any], intent_id: str) -> Answer:
    intent = stripe.objects[intent_id]
    intent["status"] = "requires_action"
    url = f"https://hooks.example.test/{intent_id}?back={params['return_url']}"
    intent["next_action"] = {"type": "redirect_to_url", "redirect_to_url": {"url": url}}
    return 200, intent


def create_refund(stripe: FakeStripe, params: dict[str, Any]) -> Answer:
    intent = stripe.objects.get(params["payment_intent"])
    if intent is None or intent["status"] != "succeeded":
        return 400, error("invalid_request_error", "charge_not_refundable")
    amount = int(params["amount"])
    before = sum(
        each["amount"]
        for each in stripe.objects.values()
        if each["id"].startswith("re_") and each["payment_intent"] == intent["id"]
    )
    if before + amount > intent["amount"]:
        return 400, error("invalid_request_error", "charge_already_refunded")
    given = {**params, "amount": amount}
    return 200, stripe.add("re", object="refund", status="succeeded", **given)


def detach(stripe: FakeStripe, _params: dict[str, Any], method_id: str) -> Answer:
    method = stripe.objects.get(method_id)
    if method is None:
        return 404, error("invalid_request_error", "resource_missing")
    method["customer"] = None
    return 200, method


ROUTES: list[tuple[str, str, Callable[..., Answer]]] = [
    ("POST", "/v1/customers", create_customer),
    ("POST", "/v1/checkout/sessions", create_session),
    ("GET", r"/v1/checkout/sessions/(\w+)", read),
    ("POST", "/v1/payment_intents", create_intent),
    ("GET", "/v1/payment_intents", list_intents),
    ("GET", r"/v1/payment_intents/(\w+)", read),
    ("POST", r"/v1/payment_intents/(\w+)/confirm", confirm),
    ("POST", "/v1/refunds", create_refund),
    ("GET", "/v1/refunds", list_refunds),
    ("GET", r"/v1/refunds/(\w+)", read),
    ("POST", r"/v1/payment_methods/(\w+)/detach", detach),
]


def nested(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    """`a[b]=c` as {"a": {"b": "c"}}."""
    found: dict[str, Any] = {}
    for name, value in pairs:
        *parents, last = re.findall(r"[^\[\]]+", name)
        place = found
        for parent in parents:
            place = place.setdefault(parent, {})
        place[last] = value
    return found


@contextmanager
def running() -> Iterator[tuple[FakeStripe, str]]:
    """The server, and the address to reach it at."""
    stripe = FakeStripe()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer("GET", urlsplit(self.path).query)

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            self._answer("POST", self.rfile.read(length).decode())

        def _answer(self, method: str, text: str) -> None:
            params = nested(parse_qsl(text, keep_blank_values=True))
            key = self.headers.get("Idempotency-Key") or ""
            status, body = stripe.handle(method, urlsplit(self.path).path, params, key)
            if not status:
                self.connection.close()
                return
            data = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield stripe, f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
