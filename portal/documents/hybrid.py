"""What makes a PDF with an XML inside a Factur-X / ZUGFeRD invoice: it says so of itself.

Typst attaches the file and claims PDF/A-3 and PDF/UA; the properties of Factur-X (6.2.2 of
its specification 1.0) and the schema that PDF/A wants of properties it does not know are
put into the same metadata here, so that no claim is lost.
"""

import io

import pikepdf

from portal.documents.frames import FACTUR_X_NAME

NAMESPACE = "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#"
CONFORMANCE = "EN 16931"
PROPERTIES = {
    "DocumentFileName": (FACTUR_X_NAME, "The name of the embedded XML document"),
    "DocumentType": ("INVOICE", "The type of the hybrid document in capital letters"),
    "Version": ("1.0", "The version of the standard that the embedded XML document follows"),
    "ConformanceLevel": (CONFORMANCE, "The conformance level of the embedded XML document"),
}
_END_OF_SCHEMAS = b"</rdf:Bag></pdfaExtension:schemas>"
_END_OF_PROPERTIES = b"</rdf:RDF>"


def declare_e_invoice(pdf: bytes) -> bytes:
    """The same PDF with the properties of Factur-X in its metadata."""
    written = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        metadata = document.Root.Metadata
        metadata.write(_with_factur_x(metadata.read_bytes()))
        document.save(written, deterministic_id=True)
    return written.getvalue()


def _with_factur_x(xmp: bytes) -> bytes:
    said = "".join(f"<fx:{name}>{value}</fx:{name}>" for name, (value, _) in PROPERTIES.items())
    described = f'<rdf:Description rdf:about="" xmlns:fx="{NAMESPACE}">{said}</rdf:Description>'
    known = xmp.replace(_END_OF_SCHEMAS, _schema().encode() + _END_OF_SCHEMAS, 1)
    return known.replace(_END_OF_PROPERTIES, described.encode() + _END_OF_PROPERTIES, 1)


def _schema() -> str:
    listed = "".join(_property(name, text) for name, (_, text) in PROPERTIES.items())
    return (
        '<rdf:li rdf:parseType="Resource">'
        "<pdfaSchema:schema>Factur-X PDFA Extension Schema</pdfaSchema:schema>"
        f"<pdfaSchema:namespaceURI>{NAMESPACE}</pdfaSchema:namespaceURI>"
        "<pdfaSchema:prefix>fx</pdfaSchema:prefix>"
        f"<pdfaSchema:property><rdf:Seq>{listed}</rdf:Seq></pdfaSchema:property></rdf:li>"
    )


def _property(name: str, text: str) -> str:
    return (
        '<rdf:li rdf:parseType="Resource">'
        f"<pdfaProperty:name>{name}</pdfaProperty:name>"
        "<pdfaProperty:valueType>Text</pdfaProperty:valueType>"
        "<pdfaProperty:category>external</pdfaProperty:category>"
        f"<pdfaProperty:description>{text}</pdfaProperty:description></rdf:li>"
    )
