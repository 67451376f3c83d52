"""The link as a file, a drawing and a button."""

import io

from PIL import Image

from portal.billing.events import Event
from portal.selfservice import sharing
from portal.selfservice.branding import Branding
from tests.factories import NOW, a_customer, a_login_link

BASE = "https://portal.example"


def test_every_customer_has_a_link_with_the_address_filled_in(db):
    link = a_login_link()
    ada = a_customer(merchant=link.merchant, email="ada+x@example.test", locale="de")
    a_customer()
    rows = list(sharing.customer_links(link, BASE))

    assert rows == [
        (
            ada.name,
            "ada+x@example.test",
            f"{BASE}/p/login/{link.token}?prefilled_email=ada%2Bx%40example.test&locale=de",
        )
    ]


def test_one_address_has_one_link(db):
    link = a_login_link()
    for name in ("Old", "New"):
        a_customer(merchant=link.merchant, email="twice@example.test", name=name)

    assert [name for name, _, _ in sharing.customer_links(link, BASE)] == ["New"]


def test_customers_are_read_in_parts(db, monkeypatch):
    monkeypatch.setattr(sharing, "ROWS_AT_ONCE", 2)
    link = a_login_link()
    made = [a_customer(merchant=link.merchant).email for _ in range(5)]

    assert sorted(email for _, email, _ in sharing.customer_links(link, BASE)) == sorted(made)


def test_sharing_is_noted_once(db):
    merchant = a_login_link().merchant
    sharing.mark_shared(merchant, at=NOW)
    sharing.mark_shared(merchant, at=NOW.replace(year=2027))

    assert merchant.reload().shared_at == NOW
    shared = Event.select().where(Event.type == "billing_portal.link.shared")
    assert shared.where(Event.merchant == merchant).count() == 1


def test_the_qr_code_is_a_drawing_without_styles():
    svg = sharing.qr_code(f"{BASE}/p/login/abc", "svg").decode()

    assert svg.startswith("<?xml")
    assert "viewBox" in svg
    assert "style" not in svg
    assert "class=" not in svg


def test_the_qr_code_is_a_picture_large_enough_for_print():
    picture = Image.open(io.BytesIO(sharing.qr_code(f"{BASE}/p/login/abc", "png")))

    assert picture.format == "PNG"
    assert picture.width == picture.height >= 500


def test_the_button_escapes_what_it_is_given(db):
    branding = Branding.of(a_login_link().merchant)
    html = sharing.button('https://x.test/?a=1&b="', "<b>Go & manage</b>", branding)

    assert "<b>" not in html
    assert "&amp;b=&#34;" in html
    assert "<script" not in html


def test_the_button_can_be_read_in_every_accent_colour(db):
    merchant = a_login_link().merchant
    light = Branding(merchant=merchant, accent_color="#ffd400")
    dark = Branding(merchant=merchant, accent_color="#202020")

    assert "color:#15181c" in sharing.button(BASE, "Go", light)
    assert "color:#ffffff" in sharing.button(BASE, "Go", dark)
