"""What is taken for a picture, and what is made of it."""

import struct
import subprocess
import sys
import zlib
from io import BytesIO

import pytest
from PIL import Image

from portal.images import CheckedImage, ImageRefused, check_image, checking

ANY = ("jpeg", "png", "webp")
TWO_MB = 2_000_000


def a_picture(width=200, height=200, kind="PNG", mode="RGB", **options) -> bytes:
    out = BytesIO()
    Image.new(mode, (width, height), options.pop("color", None)).save(out, kind, **options)
    return out.getvalue()


def refusal(data: bytes, kinds=ANY, max_bytes=TWO_MB, **rules) -> str:
    with pytest.raises(ImageRefused) as refused:
        check_image(data, kinds, max_bytes, **rules)
    return refused.value.code


def opened(image: CheckedImage) -> Image.Image:
    return Image.open(BytesIO(image.data))


def chunk(name: bytes, content: bytes) -> bytes:
    return (
        struct.pack("!I", len(content))
        + name
        + content
        + struct.pack("!I", zlib.crc32(name + content))
    )


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_the_three_kinds_keep_their_kind(kind):
    image = check_image(a_picture(kind=kind), ANY, TWO_MB)
    assert image.content_type == f"image/{kind.lower()}"
    assert (image.width, image.height) == (200, 200)
    assert opened(image).format == kind


@pytest.mark.parametrize("kind", ["GIF", "TIFF", "BMP", "ICO"])
def test_other_kinds_are_refused_by_content(kind):
    assert refusal(a_picture(kind=kind)) == "image_kind"


@pytest.mark.parametrize(
    "data",
    [
        b'<svg xmlns="http://www.w3.org/2000/svg"/>',
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n",
        b"8BPS\x00\x01" + bytes(40),
        b"\x00\x00\x00\x1cftypavif" + bytes(40),
        b"hello",
    ],
)
def test_what_only_looks_like_a_picture_is_refused(data):
    assert refusal(data) == "image_kind"


def test_a_kind_that_is_not_wanted_here_is_refused():
    assert refusal(a_picture(kind="WEBP"), kinds=("jpeg", "png")) == "image_kind"


def test_too_many_bytes_are_refused_before_anything_is_read():
    assert refusal(b"x" * (TWO_MB + 1)) == "image_too_large"


def test_an_empty_file_is_broken():
    assert refusal(b"") == "image_broken"


def test_half_a_picture_is_broken():
    noise = Image.effect_noise((300, 300), 90)
    out = BytesIO()
    noise.save(out, "PNG")
    assert refusal(out.getvalue()[:2000]) == "image_broken"


def test_a_header_alone_is_broken():
    assert refusal(b"\x89PNG\r\n\x1a\n" + bytes(20)) == "image_broken"


@pytest.mark.parametrize("size", [(127, 400), (400, 127)])
def test_a_side_that_is_too_short_is_refused(size):
    assert refusal(a_picture(*size), min_side=128) == "image_too_small"


def test_a_side_of_just_enough_is_taken():
    assert check_image(a_picture(128, 128), ANY, TWO_MB, min_side=128).width == 128


def test_an_icon_must_be_square_and_a_logo_must_not():
    assert refusal(a_picture(200, 199), square=True) == "image_not_square"
    assert refusal(a_picture(200, 200), square=False) == "image_square"
    assert check_image(a_picture(200, 200), ANY, TWO_MB, square=True)
    assert check_image(a_picture(300, 200), ANY, TWO_MB, square=False)


@pytest.mark.parametrize("size", [(4097, 10), (10, 4097)])
def test_more_than_4096_pixels_a_side_are_refused(size):
    assert refusal(a_picture(*size, mode="1")) == "image_bomb"


def test_a_bomb_is_refused_by_its_header():
    header = struct.pack("!IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    data = zlib.compress(bytes(1_000_000), 9)
    bomb = (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")
    )
    assert refusal(bomb) == "image_bomb"


def test_text_that_unpacks_to_very_much_is_refused():
    packed = b"Comment\x00\x00" + zlib.compress(bytes(300_000_000), 9)
    picture = a_picture()
    data = picture[:33] + chunk(b"zTXt", packed) + picture[33:]
    assert refusal(data) in {"image_broken", "image_bomb", "image_kind"}


def test_a_large_picture_is_made_to_fit():
    image = check_image(a_picture(3000, 1500), ANY, TWO_MB, shown_side=600)
    assert (image.width, image.height) == (600, 300)


def test_a_small_picture_is_not_blown_up():
    assert check_image(a_picture(150, 140), ANY, TWO_MB, shown_side=600).width == 150


def test_metadata_is_dropped():
    exif = Image.Exif()
    exif[0x010E] = "taken at home, 52.5 N 13.4 E"
    image = check_image(a_picture(kind="JPEG", exif=exif, comment=b"secret"), ANY, TWO_MB)
    assert b"taken at home" not in image.data
    assert b"secret" not in image.data
    assert not opened(image).getexif()


def test_a_picture_taken_on_its_side_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    image = check_image(a_picture(300, 200, "JPEG", exif=exif), ANY, TWO_MB)
    assert (image.width, image.height) == (200, 300)


def test_only_the_first_frame_is_kept():
    frames = [Image.new("RGB", (40, 40), color) for color in ("red", "blue")]
    out = BytesIO()
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:], lossless=True)
    image = opened(check_image(out.getvalue(), ANY, TWO_MB))
    assert getattr(image, "n_frames", 1) == 1
    assert image.convert("RGB").getpixel((20, 20))[0] > 200


def test_transparency_stays():
    data = a_picture(mode="RGBA", color=(255, 0, 0, 0))
    assert opened(check_image(data, ANY, TWO_MB)).convert("RGBA").getpixel((0, 0))[3] == 0


def test_a_palette_with_a_transparent_colour_stays_transparent():
    picture = Image.new("P", (50, 50), 0)
    picture.putpalette([0, 0, 0, 255, 255, 255])
    out = BytesIO()
    picture.save(out, "PNG", transparency=0)
    kept = opened(check_image(out.getvalue(), ANY, TWO_MB))
    assert kept.convert("RGBA").getpixel((0, 0))[3] == 0


def test_a_drawing_is_kept_in_few_colours_and_a_photograph_in_all():
    drawing = Image.linear_gradient("L").convert("RGB")
    photograph = Image.merge("RGB", [Image.effect_noise((256, 256), 90) for _ in range(3)])
    kept = []
    for picture in (drawing, photograph):
        out = BytesIO()
        picture.save(out, "PNG")
        kept.append(opened(check_image(out.getvalue(), ANY, TWO_MB)).mode)
    assert kept == ["P", "RGB"]


def test_a_picture_for_print_becomes_one_for_screens():
    assert opened(check_image(a_picture(kind="JPEG", mode="CMYK"), ANY, TWO_MB)).mode == "RGB"


def test_a_worker_that_says_nothing_was_given_a_bomb(monkeypatch):
    monkeypatch.setattr(checking, "WORKER", (sys.executable, "-c", "pass"))
    assert refusal(a_picture()) == "image_bomb"


def test_a_worker_that_hangs_is_stopped(monkeypatch):
    monkeypatch.setattr(checking, "WORKER", (sys.executable, "-c", "import time; time.sleep(60)"))
    monkeypatch.setattr(checking, "MOST_SECONDS", 0.3)
    assert refusal(a_picture()) == "image_bomb"


def test_the_worker_may_not_use_much_memory():
    ask = "from portal.images.worker import limit; limit(); bytearray(700 * 1024 * 1024)"
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, check=False)
    assert b"MemoryError" in done.stderr


def test_the_serving_process_does_not_load_the_decoder():
    ask = "import sys, portal.images; sys.exit('PIL' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", ask], check=False).returncode == 0
