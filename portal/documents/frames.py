"""What goes through the pipes between the web process and the renderer.

A frame is a length and that many bytes. A request is one frame of JSON and one for
each file it names; an answer is a status byte and the PDF, or the reason.
"""

import json
import struct
from collections.abc import Mapping
from typing import IO, Any

FACTUR_X_NAME = "factur-x.xml"  # prescribed by Factur-X and ZUGFeRD 2
RENDERED = b"+"
REFUSED = b"-"
LARGEST = 64 * 1024 * 1024

_LENGTH = struct.Struct("!I")


def send_request(pipe: IO[bytes], data: dict[str, Any], files: Mapping[str, bytes]) -> None:
    """A document, and the files that go into it."""
    _send(pipe, json.dumps({"data": data, "files": list(files)}).encode())
    for content in files.values():
        _send(pipe, content)
    pipe.flush()


def receive_request(pipe: IO[bytes]) -> tuple[dict[str, Any], dict[str, bytes]]:
    """The next request. Raises EOFError when the other side is gone."""
    request = json.loads(_receive(pipe))
    return request["data"], {name: _receive(pipe) for name in request["files"]}


def send_answer(pipe: IO[bytes], status: bytes, content: bytes) -> None:
    """RENDERED with a PDF, or REFUSED with the reason."""
    _send(pipe, status + content)
    pipe.flush()


def receive_answer(pipe: IO[bytes]) -> tuple[bytes, bytes]:
    """Status and content. Raises EOFError when the other side is gone."""
    answer = _receive(pipe)
    return answer[:1], answer[1:]


def _send(pipe: IO[bytes], content: bytes) -> None:
    pipe.write(_LENGTH.pack(len(content)))
    pipe.write(content)


def _receive(pipe: IO[bytes]) -> bytes:
    (length,) = _LENGTH.unpack(_exactly(pipe, _LENGTH.size))
    if length > LARGEST:
        raise EOFError("a frame that nobody sent")
    return _exactly(pipe, length)


def _exactly(pipe: IO[bytes], length: int) -> bytes:
    content = pipe.read(length)
    if len(content) < length:
        raise EOFError
    return content
