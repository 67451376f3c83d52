"""Colours, font, shape, icon and logo."""

import io

import pytest
from PIL import Image

from portal.files import StoredFile
from portal.selfservice.branding import Branding
from portal.web.dashboard import branding_images
from tests.factories import NOW, a_user

URL = "/dashboard/branding"


@pytest.fixture
def user(db):
    return a_user()


@pytest.fixture
def member(staff, user):
    return staff(user)


def look(**given):
    return {
        "brand_color": "#112233",
        "accent_color": "#0f6f5c",
        "font": "inter",
        "shape": "pill",
    } | given


def picture(width=200, height=200, kind="PNG"):
    out = io.BytesIO()
    Image.new("RGB", (width, height), "#0f6f5c").save(out, kind)
    return out.getvalue()


def upload(member, kind, data, name="logo.png"):
    files = {"file": (io.BytesIO(data), name)}
    return member.post(f"{URL}/images/{kind}", data=files, content_type="multipart/form-data")


def test_update_saves_the_look(member, user):
    answer = member.post(URL, data=look(brand_color="#ABCDEF"))
    branding = Branding.of(user.merchant)

    assert answer.status_code == 303
    assert branding.brand_color == "#abcdef"
    assert (branding.font, branding.shape) == ("inter", "pill")
    assert user.merchant.reload().document_style["color"] == "#abcdef"


@pytest.mark.parametrize(
    "wrong",
    [
        {"brand_color": "red"},
        {"accent_color": "#12345g"},
        {"accent_color": "#000;}body{display:none}"},
        {"font": "comic"},
        {"shape": "star"},
    ],
)
def test_wrong_values_are_refused(member, user, wrong):
    assert member.post(URL, data=look(**wrong)).status_code == 422
    assert Branding.of(user.merchant).brand_color != "#112233"


def test_a_colour_that_is_hard_to_read_is_warned_of_with_its_ratio(member):
    answer = member.post(f"{URL}/preview", data=look(accent_color="#ffd400"))

    assert "1.43 : 1" in answer.text


def test_a_readable_colour_is_not_warned_of(member):
    assert "Contrast with white" not in member.post(f"{URL}/preview", data=look()).text


def test_the_preview_shows_what_is_not_saved(member, user):
    answer = member.post(
        f"{URL}/preview",
        data=look(preview="mail"),
        headers={"HX-Request": "true", "HX-Target": "preview"},
    )

    assert "<html" not in answer.text
    assert "/dashboard/previews/mail?brand=112233" in answer.text
    assert Branding.of(user.merchant).brand_color != "#112233"


def test_tabs_keep_what_is_not_saved(member):
    page = member.get(f"{URL}?preview=home&brand=112233&accent=445566&font=mono&shape=square")

    assert 'value="#112233"' in page.text
    assert "/dashboard/previews/home?brand=112233" in page.text


@pytest.mark.parametrize("kind", ["login", "home", "invoice", "mail"])
def test_every_preview_has_a_tab(member, kind):
    assert f"/dashboard/previews/{kind}" in member.get(f"{URL}?preview={kind}").text


@pytest.mark.parametrize(
    ("kind", "size", "format_"),
    [("icon", (128, 128), "PNG"), ("logo", (400, 130), "JPEG")],
)
def test_a_picture_is_kept_and_shown(member, user, kind, size, format_):
    answer = upload(member, kind, picture(*size, format_))
    name = getattr(Branding.of(user.merchant), kind)

    assert answer.status_code == 303
    assert f"/p/files/{name}" in member.get(URL).text
    assert member.get(f"/p/files/{name}").status_code == 200


@pytest.mark.parametrize(
    ("kind", "data", "words"),
    [
        ("icon", picture(300, 200), "as wide as it is high"),
        ("logo", picture(200, 200), "wider than it is high"),
        ("icon", picture(127, 127), "too small"),
        ("logo", picture(400, 127), "too small"),
        ("icon", picture(200, 200, "GIF"), "not a picture of a kind"),
        ("icon", picture(200, 200, "WEBP"), "not a picture of a kind"),
        ("icon", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not a picture of a kind"),
        ("logo", b"", "Choose a file."),
    ],
)
def test_pictures_that_do_not_fit_are_refused_in_words(member, user, kind, data, words):
    answer = upload(member, kind, data)

    assert answer.status_code == 422
    assert words in answer.text
    assert getattr(Branding.of(user.merchant), kind) == ""


def test_a_picture_of_half_a_megabyte_is_refused(member, user, monkeypatch):
    assert branding_images.MOST_BYTES < 512 * 1024
    # Sent for real, half a megabyte would make the test client leave a file open.
    monkeypatch.setattr(branding_images, "MOST_BYTES", 1000)
    answer = upload(member, "logo", picture(300, 200) + b"0" * 1000)

    assert answer.status_code == 422
    assert "too large" in answer.text


def test_an_old_logo_stays_for_documents_that_name_it(member, user):
    upload(member, "logo", picture(300, 200))
    old = Branding.of(user.merchant).logo
    upload(member, "logo", picture(400, 200))

    assert Branding.of(user.merchant).logo != old
    assert StoredFile.get_by_id(old.partition("-")[0]).kind == "logo"


def test_a_picture_is_removed_from_the_portal(member, user):
    upload(member, "icon", picture())
    member.post(f"{URL}/images/icon/deletion")

    assert Branding.of(user.merchant).icon == ""


def test_there_are_no_other_pictures(member):
    assert upload(member, "banner", picture()).status_code == 404
    assert member.post(f"{URL}/images/banner/deletion").status_code == 404


def test_saving_colours_keeps_the_pictures(member, user):
    Branding.change(user.merchant, at=NOW, logo="file_x-abc")
    member.post(URL, data=look())

    assert Branding.of(user.merchant).logo == "file_x-abc"
