"""The catalogue's pages."""

from io import BytesIO

import pytest
from PIL import Image
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from portal.billing.products import Price, Product
from portal.files import StoredFile
from tests.factories import a_customer, a_merchant, a_price, a_product, a_subscription, a_user

MONTHLY = {
    "name": "Newsletter",
    "kind": "recurring",
    "model": "flat",
    "currency": "EUR",
    "unit_amount": "19.00",
    "interval": "month",
    "interval_count": "1",
    "tax_behavior": "inclusive",
    "tax_code": "digital_service",
    "trial_days": "0",
}


@pytest.fixture
def user(db):
    return a_user()


@pytest.fixture
def dashboard(user, staff):
    return staff(user)


def a_file(kind="PNG", name="picture.png", size=(200, 150)):
    out = BytesIO()
    Image.new("RGB", size, "teal").save(out, kind)
    return BytesIO(out.getvalue()), name


def in_memory(**data) -> dict:
    """A body that the test client does not put into a file, which it would leave open."""
    stream, name = data["image"]
    boundary, body = encode_multipart(data | {"image": FileStorage(stream, name)})
    return {"data": body, "content_type": f"multipart/form-data; boundary={boundary}"}


def product_of(user) -> Product:
    return Product.select().where(Product.merchant == user.merchant).get()


def test_a_product_is_created_with_its_first_price(dashboard, user):
    answer = dashboard.post("/dashboard/products", data=MONTHLY, follow_redirects=True)
    product = product_of(user)
    price = product.prices.get()
    assert (price.unit_amount, price.currency, price.interval) == (1900, "EUR", "month")
    assert "Newsletter is in your catalogue." in answer.text
    assert "€19.00 per month, incl. VAT" in answer.text


def test_all_fields_are_kept(dashboard, user):
    dashboard.post(
        "/dashboard/products",
        data=MONTHLY
        | {
            "description": "Every Sunday.",
            "tax_code": "books",
            "statement_descriptor": "LINDENHOF LETTER",
            "unit_label": "seat",
            "nickname": "Standard",
            "lookup_key": "standard",
            "trial_days": "14",
            "interval_count": "3",
            "tax_behavior": "exclusive",
        },
    )
    product, price = product_of(user), Price.select().get()
    assert product.description == "Every Sunday."
    assert product.tax_code == "books"
    assert product.statement_descriptor == "LINDENHOF LETTER"
    assert product.unit_label == "seat"
    assert (price.nickname, price.lookup_key, price.trial_days) == ("Standard", "standard", 14)
    assert (price.interval_count, price.tax_behavior) == (3, "exclusive")


def test_a_one_time_price_has_no_interval(dashboard, user):
    dashboard.post(
        "/dashboard/products",
        data=MONTHLY | {"kind": "one_time", "interval_count": "99", "trial_days": "14"},
    )
    price = product_of(user).prices.get()
    assert not price.is_recurring
    assert price.trial_days == 0


@pytest.mark.parametrize(
    ("locale", "typed", "amount"),
    [("de", "1.234,50", 123450), ("fr", "1 234,50", 123450), ("en", "1,234.50", 123450)],
)
def test_an_amount_is_typed_as_the_reader_writes_it(dashboard, user, locale, typed, amount):
    dashboard.set_cookie("portal_locale", locale)
    dashboard.post("/dashboard/products", data=MONTHLY | {"unit_amount": typed})
    assert product_of(user).prices.get().unit_amount == amount


def test_an_amount_has_the_digits_of_its_currency(dashboard, user):
    dashboard.post("/dashboard/products", data=MONTHLY | {"currency": "JPY", "unit_amount": "1900"})
    assert product_of(user).prices.get().unit_amount == 1900


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 251}, "name"),
        ({"unit_label": "x" * 13}, "unit_label"),
        ({"statement_descriptor": "ABCD"}, "statement_descriptor"),
        ({"statement_descriptor": "LINDEN*HOF"}, "statement_descriptor"),
        ({"tax_code": "luxury"}, "tax_code"),
        ({"unit_amount": ""}, "unit_amount"),
        ({"unit_amount": "-5"}, "unit_amount"),
        ({"unit_amount": "19.005"}, "unit_amount"),
        ({"unit_amount": "nineteen"}, "unit_amount"),
        ({"currency": "XXX"}, "currency"),
        ({"interval_count": "37"}, "interval_count"),
        ({"interval_count": "0"}, "interval_count"),
        ({"interval_count": "often"}, "interval_count"),
        ({"interval": "year", "interval_count": "4"}, "interval_count"),
        ({"interval": "century"}, "interval"),
        ({"trial_days": "731"}, "trial_days"),
        ({"tax_behavior": "neither"}, "tax_behavior"),
        ({"model": "package", "package_size": "0"}, "package_size"),
        ({"description": "4242 4242 4242 4242"}, "description"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_saved(dashboard, user, wrong, field):
    answer = dashboard.post("/dashboard/products", data=MONTHLY | {"nickname": "kept"} | wrong)
    assert answer.status_code == 422
    assert f'id="{field}-errors"' in answer.text
    assert 'value="kept"' in answer.text
    assert not Product.select().exists()


def test_a_picture_is_made_anew_and_shown(dashboard, user, client):
    dashboard.post("/dashboard/products", data=MONTHLY | {"image": a_file("JPEG", "a.gif")})
    product = product_of(user)
    answer = client.get(f"/p/files/{product.image}")
    assert answer.mimetype == "image/jpeg"
    assert product.image in dashboard.get("/dashboard/products").text


@pytest.mark.parametrize(
    "upload",
    [
        (BytesIO(b"<svg xmlns='http://www.w3.org/2000/svg'/>"), "picture.png"),
        a_file("GIF", "picture.png"),
        (BytesIO(b"\x89PNG\r\n\x1a\n" + bytes(2 * 1024 * 1024)), "picture.png"),
        a_file("PNG", "wide.png", (4097, 8)),
    ],
)
def test_what_is_no_good_picture_is_refused(dashboard, upload):
    answer = dashboard.post("/dashboard/products", **in_memory(**MONTHLY, image=upload))
    assert answer.status_code == 422
    assert 'id="image-errors"' in answer.text
    assert not StoredFile.select().exists()
    assert not Product.select().exists()


def test_an_upload_of_three_megabytes_is_refused(dashboard):
    upload = (BytesIO(bytes(3_000_000)), "picture.png")
    answer = dashboard.post("/dashboard/products", **in_memory(**MONTHLY, image=upload))
    assert answer.status_code == 413


def test_a_picture_can_be_replaced_and_removed(dashboard, user):
    dashboard.post("/dashboard/products", data=MONTHLY | {"image": a_file()})
    product = product_of(user)
    url = f"/dashboard/products/{product.id}"
    dashboard.post(url, data={"name": "N", "tax_code": "books", "image": a_file(size=(20, 20))})
    replaced = product.reload().image
    assert replaced != product.image
    dashboard.post(url, data={"name": "N", "tax_code": "books"})
    assert product.reload().image == replaced
    dashboard.post(url, data={"name": "N", "tax_code": "books", "removes_image": "y"})
    assert product.reload().image == ""
    assert not StoredFile.select().exists()


def test_columns_that_are_nobodys_to_set_are_ignored(dashboard, user):
    other = a_merchant()
    dashboard.post(
        "/dashboard/products",
        data=MONTHLY
        | {"merchant": other.id, "merchant_id": other.id, "id": "prod_mine", "archived_at": "1"},
    )
    product = product_of(user)
    assert product.id != "prod_mine"
    assert not product.is_archived


def test_tiers_are_read_row_by_row_and_empty_rows_ignored(dashboard, user):
    dashboard.post(
        "/dashboard/products",
        data=MONTHLY
        | {
            "model": "graduated",
            "unit_amount": "not read",
            "tiers-0-up_to": "10",
            "tiers-0-unit_amount": "5",
            "tiers-1-unit_amount": "",
            "tiers-2-unit_amount": "4.50",
            "tiers-2-flat_amount": "20",
        },
    )
    price = product_of(user).prices.get()
    assert price.tiers_data == [
        {"up_to": 10, "unit_amount": 500, "flat_amount": 0},
        {"up_to": None, "unit_amount": 450, "flat_amount": 2000},
    ]


@pytest.mark.parametrize(
    "tiers",
    [
        {},
        {"tiers-0-up_to": "10", "tiers-0-unit_amount": "5"},
        {"tiers-0-unit_amount": "5", "tiers-1-unit_amount": "4"},
        {"tiers-0-up_to": "10", "tiers-1-up_to": "9", "tiers-2-unit_amount": "1"},
        {"tiers-0-up_to": "ten", "tiers-1-unit_amount": "4"},
        {"tiers-0-up_to": "10", "tiers-0-unit_amount": "five", "tiers-1-unit_amount": "4"},
    ],
)
def test_tiers_that_make_no_price_are_refused(dashboard, tiers):
    answer = dashboard.post("/dashboard/products", data=MONTHLY | {"model": "volume"} | tiers)
    assert answer.status_code == 422
    assert "Please check what you entered" in answer.text
    assert not Product.select().exists()


def test_another_tier_is_a_row_more_and_keeps_what_was_typed(dashboard):
    data = MONTHLY | {"model": "volume", "tiers-0-up_to": "7", "tiers-1-up_to": "", "add_tier": "1"}
    answer = dashboard.post("/dashboard/products", data=data)
    assert answer.status_code == 200
    assert 'name="tiers-2-up_to"' in answer.text
    assert 'value="Newsletter"' in answer.text
    assert 'value="7"' in answer.text
    assert not Product.select().exists()


def test_htmx_gets_the_rows_alone(dashboard):
    headers = {"HX-Request": "true", "HX-Target": "tiers"}
    data = MONTHLY | {"tiers-0-up_to": "7", "add_tier": "1"}
    answer = dashboard.post("/dashboard/products", data=data, headers=headers)
    assert "<h1" not in answer.text
    assert 'id="tiers"' in answer.text


def test_the_preview_says_what_the_customer_will_see(dashboard):
    answer = dashboard.post(
        "/dashboard/products", data=MONTHLY | {"preview": "1", "trial_days": "7"}
    )
    assert answer.status_code == 200
    assert "€19.00 per month, incl. VAT" in answer.text
    assert "The first 7 days are free." in answer.text
    assert not Product.select().exists()


def test_the_preview_of_tiers_calculates_examples(dashboard):
    data = MONTHLY | {
        "preview": "1",
        "model": "graduated",
        "tiers-0-up_to": "10",
        "tiers-0-unit_amount": "5",
        "tiers-1-unit_amount": "4",
    }
    headers = {"HX-Request": "true", "HX-Target": "preview"}
    answer = dashboard.post("/dashboard/products", data=data, headers=headers)
    assert "from €5.00 per month, incl. VAT" in answer.text
    for amount in ("€5.00", "€50.00", "€410.00"):
        assert amount in answer.text
    assert "<h1" not in answer.text


def test_a_preview_of_nothing_asks_for_an_amount(dashboard):
    answer = dashboard.post("/dashboard/products", data={"preview": "1"})
    assert "Enter an amount to see how the price reads." in answer.text


def test_a_lookup_key_in_use_is_said(dashboard, user):
    a_price(merchant=user.merchant, lookup_key="basic")
    answer = dashboard.post("/dashboard/products", data=MONTHLY | {"lookup_key": "basic"})
    assert answer.status_code == 422
    assert "Another price already has this lookup key." in answer.text


def test_the_list_says_what_to_do_when_it_is_empty(dashboard):
    assert "Nothing to sell yet" in dashboard.get("/dashboard/products").text


def test_the_list_shows_price_and_running_subscriptions(dashboard, user):
    customer = a_customer(merchant=user.merchant)
    a_subscription(customer=customer, price=a_price(merchant=user.merchant))
    text = dashboard.get("/dashboard/products").text
    assert "€19.99 per month, incl. VAT" in text
    assert "<span>1</span>" in text


def test_the_list_is_filtered_by_name_and_state(dashboard, user):
    a_product(merchant=user.merchant, name="Tea 100%")
    a_product(merchant=user.merchant, name="Coffee")
    a_product(merchant=user.merchant, name="Old tea", archived_at=user.created_at)
    assert "Old tea" not in dashboard.get("/dashboard/products").text
    found = dashboard.get("/dashboard/products?q=TEA").text
    assert "Tea 100%" in found
    assert "Coffee" not in found
    assert "Coffee" not in dashboard.get("/dashboard/products?q=%25").text
    assert "Old tea" in dashboard.get("/dashboard/products?state=archived").text
    assert "No product found" in dashboard.get("/dashboard/products?q=zzz").text
    assert dashboard.get("/dashboard/products?state=stolen&after=x").status_code == 200


def test_a_long_list_goes_on_behind_an_id(dashboard, user):
    for number in range(26):
        a_product(merchant=user.merchant, name=f"Product {number:02}")
    first = dashboard.get("/dashboard/products").text
    assert "Product 25" in first
    assert "Product 00" not in first
    url = first.split('id="products-next" href="')[1].split('"')[0]
    assert "Product 00" in dashboard.get(url.replace("&amp;", "&")).text


def test_a_product_is_archived_and_sold_again(dashboard, user):
    product = a_price(merchant=user.merchant).product
    url = f"/dashboard/products/{product.id}/archive"
    assert "This product is archived" in dashboard.post(url, follow_redirects=True).text
    assert product.reload().is_archived
    dashboard.post(f"{url}/deletion")
    assert not product.reload().is_archived


def test_a_product_with_prices_says_that_it_cannot_be_deleted(dashboard, user):
    product = a_price(merchant=user.merchant).product
    assert "cannot be deleted" in dashboard.get(f"/dashboard/products/{product.id}").text
    assert dashboard.post(f"/dashboard/products/{product.id}/deletion").status_code == 409
    assert product.reload()


def test_a_product_without_prices_is_deleted(dashboard, user):
    product = a_product(merchant=user.merchant)
    assert "Delete this product" in dashboard.get(f"/dashboard/products/{product.id}").text
    assert dashboard.post(f"/dashboard/products/{product.id}/deletion").status_code == 303
    assert not Product.select().exists()


@pytest.mark.parametrize("path", ["", "/edit", "/prices/new"], ids=["show", "edit", "price"])
def test_a_foreign_product_is_not_there(dashboard, path):
    product = a_price().product
    assert dashboard.get(f"/dashboard/products/{product.id}{path}").status_code == 404
    assert dashboard.get(f"/dashboard/products/prod_none{path}").status_code == 404


@pytest.mark.parametrize("path", ["", "/archive", "/archive/deletion", "/deletion", "/prices"])
def test_a_foreign_product_cannot_be_changed(dashboard, path):
    product = a_price().product
    assert (
        dashboard.post(f"/dashboard/products/{product.id}{path}", data=MONTHLY).status_code == 404
    )
    assert product.prices.count() == 1
    assert not product.reload().is_archived


def test_the_catalogue_needs_somebody_signed_in(client, db):
    assert client.get("/dashboard/products").status_code == 303
