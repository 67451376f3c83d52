"""What is typed about a product, and the picture that comes along."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import FileStorage
from wtforms import BooleanField, FileField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, ValidationError

from portal.billing.merchants import Merchant
from portal.billing.products import Product
from portal.billing.statement_descriptors import (
    StatementDescriptorMalformed,
    check_statement_descriptor,
)
from portal.billing.tax_codes import DEFAULT_TAX_CODE, TAX_CODES
from portal.images import CheckedImage, ImageRefused, check_image, keep_image
from portal.web.dashboard.price_form import PriceForm
from portal.web.errors import refusal
from portal.web.forms import Choice, Form, NoCardNumber, TextLine

IMAGE_KINDS = ("jpeg", "png", "webp")
IMAGE_BYTES = 2 * 1024 * 1024 - 1  # below 2 MB
IMAGE_SIDE = 800
IMAGE = "product_image"

TAX_CODE_LABELS = {
    "digital_service": _l("Digital service"),
    "software_as_a_service": _l("Software as a service"),
    "physical_goods": _l("Physical goods"),
    "services": _l("Service by people"),
    "consulting": _l("Consulting"),
    "books": _l("Books, printed"),
    "ebooks": _l("Books, electronic"),
    "newspapers": _l("Newspapers and magazines, printed"),
    "digital_newspapers": _l("Newspapers and magazines, electronic"),
    "food": _l("Food"),
    "not_taxable": _l("Not taxable"),
}


class ProductFields:
    """The product's part of a form."""

    name = TextLine(
        _l("Name"), validators=[InputRequired(_l("Enter a name.")), Length(max=250), NoCardNumber()]
    )
    description = TextAreaField(_l("Description"), validators=[Length(max=5000), NoCardNumber()])
    image = FileField(_l("Picture"))
    tax_code = Choice(
        _l("Kind of product, for VAT"),
        choices=[SelectChoice(code, TAX_CODE_LABELS[code]) for code in TAX_CODES],
        default=DEFAULT_TAX_CODE,
    )
    statement_descriptor = TextLine(
        _l("Text on bank and card statements"), validators=[Length(max=100), NoCardNumber()]
    )
    unit_label = TextLine(_l("Unit"), validators=[Length(max=12)])

    def validate_statement_descriptor(self, field: Any) -> None:
        try:
            check_statement_descriptor(field.data or "")
        except StatementDescriptorMalformed as refused:
            raise ValidationError(refusal(refused)) from refused

    def validate_image(self, field: Any) -> None:
        self.checked_image = self._checked(field.data)

    @property
    def product(self) -> dict[str, str]:
        """The columns of a product that this form may set, and no others."""
        names = ("name", "description", "tax_code", "statement_descriptor", "unit_label")
        return {name: (getattr(self, name).data or "").strip() for name in names}

    def _checked(self, upload: FileStorage | str | None) -> CheckedImage | None:
        if not isinstance(upload, FileStorage) or not upload.filename:
            return None
        with upload.stream as stream:
            content = stream.read(IMAGE_BYTES + 1)
        try:
            return check_image(content, IMAGE_KINDS, IMAGE_BYTES, shown_side=IMAGE_SIDE)
        except ImageRefused as refused:
            raise ValidationError(image_words(refused)) from refused


class ProductForm(ProductFields, Form):
    """A product that has prices already."""

    removes_image = BooleanField(_l("Remove the picture"))


class NewProductForm(ProductFields, PriceForm):
    """A product and its first price."""

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        # Errors are summed up in the order of the page.
        fields: dict[str, Any] = {field.short_name: field for field in self}
        first = {name: field for name, field in fields.items() if name in vars(ProductFields)}
        self._fields = first | fields


def image_words(refused: ImageRefused) -> str:
    """Why the picture cannot be taken, with what would be."""
    if refused.code == "image_too_large":
        return gettext("The picture must be smaller than 2 MB.")
    if refused.code == "image_kind":
        return gettext("Choose a JPEG, PNG or WebP picture.")
    return refusal(refused)


def keep_picture(merchant: Merchant, product_id: str, image: CheckedImage | None) -> dict[str, str]:
    """Store the picture; the product's columns that follow from it."""
    return {"image": keep_image(merchant, IMAGE, product_id, image).name} if image else {}


def stored(product: Product) -> dict[str, str]:
    """What the form shows of a product."""
    return {
        "name": product.name,
        "description": product.description,
        "tax_code": product.tax_code or DEFAULT_TAX_CODE,
        "statement_descriptor": product.statement_descriptor,
        "unit_label": product.unit_label,
    }
