import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.provisional import domains

from portal.billing.emails import EmailMalformed, normalize_email


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("jenny@example.com", "jenny@example.com"),
        ("  Jenny.Rosen@EXAMPLE.com\n", "jenny.rosen@example.com"),
        ("jenny+portal@shop.test", "jenny+portal@shop.test"),
        ("j.e.n.n.y@gmail.com", "j.e.n.n.y@gmail.com"),
        ("a@b.example", "a@b.example"),
        ("info@MÜNCHEN.de", "info@xn--mnchen-3ya.de"),
        ("info@xn--mnchen-3ya.de", "info@xn--mnchen-3ya.de"),
        ("jürgen@bücher.example", "jürgen@xn--bcher-kva.example"),
        ("JU\u0308RGEN@example.com", "jürgen@example.com"),
        ("o'neill_x-y@mail.example.co.uk", "o'neill_x-y@mail.example.co.uk"),
    ],
    ids=ascii,
)
def test_one_address_has_one_spelling(typed, stored):
    assert normalize_email(typed) == stored


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "jenny",
        "@example.com",
        "jenny@",
        "jenny@localhost",
        "jenny@test",
        "jenny@@example.com",
        "Jenny <jenny@example.com>",
        "<jenny@example.com>",
        "jenny@example.com, ada@example.com",
        "jenny@example.com;ada@example.com",
        "jenny@example.com ada@example.com",
        '"jenny rosen"@example.com',
        "jenny(work)@example.com",
        "jenny@[127.0.0.1]",
        "jenny@[IPv6:::1]",
        "jenny@127.0.0.1",
        "jen\nny@example.com",
        "jenny@example.com\r\nBcc: eve@example.com",
        "jen\x00ny@example.com",
        "jen\u200bny@example.com",
        "jen\u202eny@example.com",
        "jenny@exam\u00adple.com",
        "jenny..rosen@example.com",
        ".jenny@example.com",
        "jenny@-example.com",
        "jenny@example..com",
        "jenny@example.com.",
        "mailto:jenny@example.com ",
        "x" * 65 + "@example.com",
        "jenny@" + "a." * 130 + "com",
    ],
    ids=ascii,
)
def test_what_is_not_one_plain_address_is_refused(typed):
    with pytest.raises(EmailMalformed):
        normalize_email(typed)


def test_254_characters_are_the_longest():
    domain = ".".join(["d" * 60, "d" * 60, "d" * 62, "com"])
    longest = "x" * 64 + "@" + domain

    assert len(normalize_email(longest)) == 253
    with pytest.raises(EmailMalformed):
        normalize_email(f"x@{'ü' * 40}.{'ü' * 40}.{'ü' * 40}.{'ü' * 40}.{'ü' * 40}.de")


@given(st.text(max_size=40), domains())
def test_a_stored_address_is_its_own_spelling(name, domain):
    try:
        stored = normalize_email(f"{name}@{domain}")
    except EmailMalformed:
        return
    assert normalize_email(stored) == stored == unicodedata.normalize("NFC", stored).lower()
    assert stored.count("@") == 1
    assert stored.isprintable()
    assert not set(stored) & set(' ,;<>()[]\\"')


@given(st.text(max_size=300))
def test_no_text_is_worse_than_malformed(text):
    try:
        normalize_email(text)
    except EmailMalformed:
        return
