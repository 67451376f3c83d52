"""Where pictures are kept, and how many of them."""

from peewee import fn

from portal.billing.merchants import Merchant
from portal.database import write
from portal.files import StoredFile
from portal.images.checking import CheckedImage, ImageRefused

KINDS = ("icon", "logo", "product_image")
MOST_FILES_OF_MERCHANT = 500
MOST_BYTES_OF_MERCHANT = 200 * 1024 * 1024


def keep_image(merchant: Merchant, kind: str, subject: str, image: CheckedImage) -> StoredFile:
    """Store it in place of the one before. Its public address is made of its `name`.

    Raises `ImageRefused` (`image_quota`) when the merchant has 500 pictures or 200 MB.
    """
    with write():
        others = StoredFile.select().where(
            (StoredFile.merchant == merchant)
            & StoredFile.kind.in_(KINDS)
            & ~((StoredFile.kind == kind) & (StoredFile.subject == subject))
        )
        files, size = others.select(fn.COUNT(StoredFile.id), fn.SUM(StoredFile.size)).scalar(
            as_tuple=True
        )
        if files >= MOST_FILES_OF_MERCHANT or (size or 0) + len(image.data) > (
            MOST_BYTES_OF_MERCHANT
        ):
            raise ImageRefused("image_quota")
        return StoredFile.keep(merchant, kind, subject, image.data, image.content_type)


def remove_image(merchant: Merchant, kind: str, subject: str) -> None:
    with write():
        StoredFile.remove(merchant, kind, subject)
