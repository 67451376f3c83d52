"""Documents to download: the bytes as they are, under a name that people understand."""

from urllib.parse import quote

from flask import Response, request
from werkzeug.http import dump_options_header
from werkzeug.utils import secure_filename

from portal.files import StoredFile

POLICY = "sandbox; default-src 'none'"


def file_answer(file: StoredFile, name: str) -> Response:
    """A document as it was stored; nothing where the reader has it already."""
    response = download(bytes(file.data), file.content_type, name)
    response.set_etag(file.sha256)
    response.make_conditional(request)
    return response


def download(content: bytes, content_type: str, name: str) -> Response:
    """To be saved under that name, and harmless where it is opened instead."""
    response = Response(content, mimetype=content_type)
    response.headers["Content-Disposition"] = disposition(name)
    response.headers["Content-Security-Policy"] = POLICY
    return response


def disposition(name: str) -> str:
    """RFC 6266: the name in full, and in plain letters for what does not understand it."""
    if name.isascii():
        return dump_options_header("attachment", {"filename": name})
    return f"attachment; filename={secure_filename(name)}; filename*=UTF-8''{quote(name)}"
