"""Reads the text of a PDF with nothing but pikepdf: what a screen reader would be given."""

import io
import re

import pikepdf


def opened(pdf: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(pdf))


def text_of(pdf: bytes) -> str:
    """Every page's text; runs of space are one space."""
    with opened(pdf) as document:
        return " ".join(_page_text(page) for page in document.pages)


def _page_text(page: pikepdf.Page) -> str:
    fonts = {name: _characters(font) for name, font in page.resources.Font.items()}
    said, characters = [], {}
    for operands, operator in pikepdf.parse_content_stream(page):
        match str(operator):
            case "Tf":
                characters = fonts[str(operands[0])]
            case "Tj":
                said.append(_decoded(operands[0], characters))
            case "TJ":
                strings = [each for each in operands[0] if isinstance(each, pikepdf.String)]
                said += [_decoded(each, characters) for each in strings]
            case "ET":
                said.append(" ")
    return re.sub(r"[ \n\u200b]+", " ", "".join(said).replace(" \u200b", ""))


def _decoded(string: pikepdf.String, characters: dict[int, str]) -> str:
    codes = bytes(string)
    return "".join(
        characters.get(int.from_bytes(codes[at : at + 2]), "\ufffd")
        for at in range(0, len(codes), 2)
    )


def _characters(font: pikepdf.Object) -> dict[int, str]:
    mapping = font.ToUnicode.read_bytes().decode()
    found = {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", mapping, re.DOTALL):
        for code, text in re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block):
            found[int(code, 16)] = _utf16(text)
    for block in re.findall(r"beginbfrange(.*?)endbfrange", mapping, re.DOTALL):
        for first, last, text in re.findall(r"<(\w+)>\s*<(\w+)>\s*<(\w+)>", block):
            for offset in range(int(last, 16) - int(first, 16) + 1):
                found[int(first, 16) + offset] = chr(ord(_utf16(text)[-1]) + offset)
    return found


def _utf16(digits: str) -> str:
    return bytes.fromhex(digits).decode("utf-16-be")
