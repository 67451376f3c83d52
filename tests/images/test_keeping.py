"""How many pictures a merchant may keep."""

import pytest

from portal.files import StoredFile
from portal.images import CheckedImage, ImageRefused, keep_image, keeping, remove_image
from tests.factories import a_merchant

pytestmark = pytest.mark.usefixtures("db")
PICTURE = CheckedImage(b"0123456789", "image/png", 10, 10)


def test_a_new_picture_takes_the_place_of_the_old_one():
    merchant = a_merchant()
    old = keep_image(merchant, "product_image", "prod_1", PICTURE)
    new = keep_image(merchant, "product_image", "prod_1", PICTURE)
    assert [file.id for file in StoredFile.about(merchant, "product_image", "prod_1")] == [new.id]
    assert old.name != new.name


def test_the_number_of_pictures_is_limited(monkeypatch):
    monkeypatch.setattr(keeping, "MOST_FILES_OF_MERCHANT", 2)
    merchant = a_merchant()
    for number in range(2):
        keep_image(merchant, "product_image", f"prod_{number}", PICTURE)
    with pytest.raises(ImageRefused) as refused:
        keep_image(merchant, "product_image", "prod_9", PICTURE)
    assert refused.value.code == "image_quota"
    keep_image(merchant, "product_image", "prod_1", PICTURE)
    keep_image(a_merchant(), "product_image", "prod_9", PICTURE)


def test_the_bytes_of_all_pictures_are_limited(monkeypatch):
    monkeypatch.setattr(keeping, "MOST_BYTES_OF_MERCHANT", 25)
    merchant = a_merchant()
    keep_image(merchant, "icon", merchant.id, PICTURE)
    keep_image(merchant, "logo", merchant.id, PICTURE)
    with pytest.raises(ImageRefused):
        keep_image(merchant, "product_image", "prod_1", PICTURE)


def test_documents_do_not_count_as_pictures(monkeypatch):
    monkeypatch.setattr(keeping, "MOST_FILES_OF_MERCHANT", 1)
    merchant = a_merchant()
    StoredFile.keep(merchant, "invoice_pdf", "in_1", b"%PDF", "application/pdf")
    assert keep_image(merchant, "icon", merchant.id, PICTURE)


def test_a_picture_can_be_removed():
    merchant = a_merchant()
    keep_image(merchant, "icon", merchant.id, PICTURE)
    remove_image(merchant, "icon", merchant.id)
    assert not StoredFile.about(merchant, "icon", merchant.id).exists()
