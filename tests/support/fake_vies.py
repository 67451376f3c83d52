"""A register of VAT ids on this machine that answers as it is told, and notes who asked."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

NIGHT = {"actionSucceed": False, "errorWrappers": [{"error": "MS_UNAVAILABLE"}]}


class FakeVies:
    """Knows the ids in `known`; `answers` are given first, one a question."""

    def __init__(self, known: set[str] | None = None) -> None:
        self.known = known or set()
        self.answers: list[tuple[int, dict[str, str], bytes]] = []
        self.questions: list[tuple[str, dict[str, Any]]] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/vies"

    def say(self, body: Any, status: int = 200, **headers: str) -> None:
        """What the next question is answered with."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.answers.append((status, headers, raw))

    def answer(self, path: str, question: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
        self.questions.append((path, question))
        if self.answers:
            return self.answers.pop(0)
        is_known = f"{question['countryCode']}{question['vatNumber']}" in self.known
        answer = {
            "countryCode": question["countryCode"],
            "vatNumber": question["vatNumber"],
            "requestDate": "2026-03-10T09:30:00.000Z",
            "valid": is_known,
            "requestIdentifier": "WAPIAAAAZk3Nd8cT" if "requesterNumber" in question else "",
            "name": "SAS BRUME" if is_known else "---",
            "address": "12 RUE DES LILAS\n75011 PARIS" if is_known else "---",
        }
        return 200, {}, json.dumps(answer).encode()

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _handler(fake) -> type[BaseHTTPRequestHandler]:  # noqa: N805 - two selves here
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                question = json.loads(self.rfile.read(length))
                status, headers, body = fake.answer(self.path, question)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_GET(self) -> None:
                fake.questions.append((self.path, {}))
                self.send_error(404)

            def log_message(self, *_: Any) -> None:
                pass

        return Handler
