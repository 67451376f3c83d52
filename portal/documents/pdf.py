"""The PDF of an issued document: tagged (PDF/UA-1), for the archive (PDF/A-3), the same bytes
every time; with the e-invoice inside where there is one (Factur-X, ZUGFeRD).

Imports Typst: web and jobs call `portal.documents.renderer`, which runs this in a
process of its own.
"""

import hashlib
import json
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

import typst

from portal.documents.data import DocumentData, as_date
from portal.documents.frames import FACTUR_X_NAME
from portal.documents.hybrid import declare_e_invoice
from portal.documents.qr_codes import epc_qr
from portal.documents.sheet import sheet
from portal.documents.statement_data import StatementData
from portal.folders import PACKAGE, folder

ACCESSIBLE = ["1.7", "a-3a", "ua-1"]
PLAIN = ["1.7"]
INVOICE, STATEMENT = "invoice.typ", "statement.typ"
SUFFIXES = {b"\x89PNG": "png", b"\xff\xd8\xff": "jpg", b"RIFF": "webp"}


def render(data: DocumentData, files: Mapping[str, bytes]) -> bytes:
    """The document as PDF.

    `files` has the brand's logo by its key (without it the name stands), and the e-invoice
    by the name that it bears inside the PDF. Raises typst.TypstError where the template fails.
    """
    shown = sheet(data)
    xml = files.get(FACTUR_X_NAME)
    with tempfile.TemporaryDirectory(prefix="portal-document-") as place:
        _lay_out_templates(Path(place))
        shown["logo"] = _lay_out_logo(Path(place), files.get(data.brand.logo))
        shown["qr"] = _lay_out_qr(Path(place), epc_qr(data))
        shown["attachment"] = FACTUR_X_NAME if xml else None
        if xml:
            (Path(place) / FACTUR_X_NAME).write_bytes(xml)
        pdf = _compile(Path(place) / INVOICE, shown, _timestamp(data))
    return declare_e_invoice(pdf) if xml else pdf


def render_statement(data: StatementData, files: Mapping[str, bytes]) -> bytes:
    """A yearly statement as PDF. Raises as `render` does."""
    shown = sheet(data.letter) | data.shown
    with tempfile.TemporaryDirectory(prefix="portal-document-") as place:
        _lay_out_templates(Path(place))
        shown["logo"] = _lay_out_logo(Path(place), files.get(data.brand.logo))
        return _compile(Path(place) / STATEMENT, shown, _timestamp(data.letter))


def _compile(template: Path, shown: dict[str, Any], timestamp: datetime) -> bytes:
    """PDF/A and PDF/UA forbid names in a script that our type lacks: then the machine's fonts
    may have it, and where they do not, a document with a gap is better than none.
    """
    for standards, fonts in ((ACCESSIBLE, _fonts), (ACCESSIBLE, _all_fonts)):
        try:
            return _pdf(template, shown, timestamp, standards, fonts())
        except typst.TypstError as error:
            if "could not be displayed" not in str(error):
                raise
    return _pdf(template, shown, timestamp, PLAIN, _all_fonts())


def _pdf(
    template: Path,
    shown: dict[str, Any],
    timestamp: datetime,
    standards: Any,
    fonts: typst.Fonts,
) -> bytes:
    nowhere = template.parent / "packages"
    pdf = typst.compile(
        template,
        root=template.parent,
        font_paths=fonts,
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"sheet": json.dumps(shown)},
        pdf_standards=standards,
        timestamp=timestamp,
        package_path=nowhere,
        package_cache_path=nowhere,
    )
    return bytes(pdf)


def _lay_out_templates(root: Path) -> None:
    """Typst reads below its root only, so the templates lie there beside the logo."""
    for name, content in _templates().items():
        (root / name).write_bytes(content)


@cache
def _templates() -> dict[str, bytes]:
    return {
        path.name: path.read_bytes()
        for path in sorted((folder("templates") / "documents").glob("*.typ"))
    }


def _lay_out_logo(root: Path, logo: bytes | None) -> str | None:
    """Where the template finds the logo; None for no picture of the kinds we store."""
    for magic, suffix in SUFFIXES.items():
        if logo and logo.startswith(magic):
            name = f"{hashlib.sha256(logo).hexdigest()}.{suffix}"
            (root / name).write_bytes(logo)
            return f"/{name}"
    return None


def _lay_out_qr(root: Path, picture: bytes | None) -> str | None:
    if picture is None:
        return None
    (root / "transfer.svg").write_bytes(picture)
    return "/transfer.svg"


def _timestamp(data: DocumentData) -> datetime:
    """Noon of the day of issue, so that the bytes do not depend on when they are made."""
    return datetime.combine(as_date(data.issued_on), time(12), UTC)


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(PACKAGE / "documents" / "fonts")],
    )


@cache
def _all_fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=True, font_paths=[str(PACKAGE / "documents" / "fonts")])
