"""The process that decodes one picture: `python -m portal.images.worker '{…}'`.

Reads the picture from its standard input, writes a line of JSON and the new picture. It
has no secrets, no database, and little memory and time.
"""

import json
import resource
import sys
import warnings
from io import BytesIO
from typing import Any

from PIL import Image, ImageChops, ImageOps, ImageStat, UnidentifiedImageError

MEMORY = 640 * 1024 * 1024
CPU_SECONDS = 10
MOST_PIXELS = 4096 * 4096  # 16 MP
MOST_LOST = 3.0  # root mean square, of 255
FORMATS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
SAVING: dict[str, dict[str, Any]] = {
    "JPEG": {"quality": 86, "optimize": True, "progressive": True},
    "PNG": {"optimize": True},
    "WEBP": {"quality": 84, "method": 4},
}
MODES = {"JPEG": ("RGB", "L"), "PNG": ("RGB", "RGBA", "L", "LA"), "WEBP": ("RGB", "RGBA")}


class Refused(Exception):
    """The picture cannot be used; the argument is the code."""


def main() -> None:
    limit()
    warnings.simplefilter("ignore")
    wanted = json.loads(sys.argv[1])
    try:
        header, content = picture(sys.stdin.buffer.read(), wanted)
    except Refused as refused:
        header, content = {"refused": str(refused)}, b""
    except MemoryError:
        header, content = {"refused": "image_bomb"}, b""
    sys.stdout.buffer.write(json.dumps(header).encode() + b"\n" + content)


def limit() -> None:
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def picture(data: bytes, wanted: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """What was made of the picture. Raises Refused."""
    opened = read_header(data)
    check(opened, wanted)
    try:
        first = decode(opened)
    except (OSError, ValueError, SyntaxError, EOFError, IndexError) as broken:
        raise Refused("image_broken") from broken
    first.thumbnail((wanted["shown_side"],) * 2, Image.Resampling.LANCZOS)
    out = BytesIO()
    kind = str(opened.format)
    kept = in_few_colors(first) if kind == "PNG" else first
    kept.save(out, kind, **SAVING[kind])
    header = {"content_type": FORMATS[kind], "width": first.width, "height": first.height}
    return header, out.getvalue()


def in_few_colors(whole: Image.Image) -> Image.Image:
    """A logo or a drawing in 256 colours: a fifth of the bytes, where nobody sees a difference."""
    if whole.mode not in {"RGB", "RGBA"}:
        return whole
    if whole.mode == "RGBA" and whole.getchannel("A").getextrema() == (255, 255):
        whole = whole.convert("RGB")
    way = Image.Quantize.FASTOCTREE if whole.mode == "RGBA" else Image.Quantize.MAXCOVERAGE
    few = whole.quantize(256, way, dither=Image.Dither.NONE)
    lost = ImageStat.Stat(ImageChops.difference(whole, few.convert(whole.mode))).rms
    return few if max(lost) <= MOST_LOST else whole


def read_header(data: bytes) -> Image.Image:
    """The picture by its header; no pixel is decoded yet."""
    try:
        return Image.open(BytesIO(data), formats=tuple(FORMATS))
    except UnidentifiedImageError as unknown:
        raise Refused("image_broken" if looks_known(data) else "image_kind") from unknown
    except Image.DecompressionBombError as bomb:
        raise Refused("image_bomb") from bomb
    except (OSError, ValueError, SyntaxError) as broken:
        raise Refused("image_broken") from broken


def looks_known(data: bytes) -> bool:
    return (
        data.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"))
        or data[:4] + data[8:12] == b"RIFFWEBP"
    )


def check(opened: Image.Image, wanted: dict[str, Any]) -> None:
    width, height = opened.size
    if str(opened.format).lower() not in wanted["kinds"]:
        raise Refused("image_kind")
    if max(width, height) > wanted["max_side"] or width * height > MOST_PIXELS:
        raise Refused("image_bomb")
    if min(width, height) < wanted["min_side"]:
        raise Refused("image_too_small")
    if wanted["square"] is not None and (width == height) != wanted["square"]:
        raise Refused("image_not_square" if wanted["square"] else "image_square")


def decode(opened: Image.Image) -> Image.Image:
    """The first frame, upright, in plain colours, and nothing else of the file."""
    opened.seek(0)
    opened.load()
    upright = ImageOps.exif_transpose(opened)
    has_alpha = upright.has_transparency_data
    mode = "RGBA" if has_alpha and "RGBA" in MODES[str(opened.format)] else "RGB"
    if upright.mode in {"L", "LA"} and upright.mode in MODES[str(opened.format)]:
        mode = upright.mode
    plain = Image.new(mode, upright.size)
    plain.paste(upright.convert(mode))
    return plain


if __name__ == "__main__":
    main()
