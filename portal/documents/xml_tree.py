"""Writes XML: a tree of nested names, the same bytes every time. Reads none."""

import re
from typing import Any
from xml.etree import ElementTree as ET

NAMESPACES = {
    "rsm": "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100",
    "ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100",
    "qdt": "urn:un:unece:uncefact:data:standard:QualifiedDataType:100",
    "udt": "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100",
}
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class Node:
    """An element. What stays empty is left out (PEPPOL-EN16931-R008)."""

    def __init__(self, element: ET.Element) -> None:
        self.element = element

    @classmethod
    def root(cls, name: str) -> "Node":
        element = ET.Element(name)
        for prefix, uri in NAMESPACES.items():
            element.set(f"xmlns:{prefix}", uri)
        return cls(element)

    def group(self, path: str) -> "Node":
        """The innermost of the new elements of a path: "ram:Outer/ram:Inner"."""
        element = self.element
        for name in path.split("/"):
            element = ET.SubElement(element, name)
        return Node(element)

    def add(self, path: str, text: Any, **attributes: str) -> None:
        """A new element with that text below new elements; nothing where the text is empty."""
        said = _FORBIDDEN.sub("", str(text)).strip()
        if not said:
            return
        element = self.group(path).element
        element.text = said
        for name, value in attributes.items():
            element.set(name, value)

    def day(self, path: str, day: str | None, kind: str = "udt") -> None:
        """An ISO date in the format 102: 20261121."""
        self.add(f"{path}/{kind}:DateTimeString", (day or "").replace("-", ""), format="102")

    def to_bytes(self) -> bytes:
        _prune(self.element)
        ET.indent(self.element)
        return ET.tostring(self.element, encoding="utf-8", xml_declaration=True) + b"\n"


def _prune(element: ET.Element) -> None:
    for child in list(element):
        _prune(child)
        if not len(child) and not child.text:
            element.remove(child)
