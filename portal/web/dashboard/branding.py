"""Colours, font and shape of the portal, with previews of everything that wears them."""

from typing import Any

from flask import Blueprint, request, url_for
from flask_babel import format_decimal
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, ValidationError

from portal.selfservice.branding import Branding
from portal.selfservice.colors import InvalidColor, contrast_warning, parse, readable_on
from portal.selfservice.fonts import FONTS, SHAPES
from portal.web.dashboard.scope import the_merchant
from portal.web.forms import Form
from portal.web.pages import render_page, see
from portal.web.zone import moment

bp = Blueprint("branding", __name__, url_prefix="/branding")
PREVIEWS = {
    "login": _l("Sign-in"),
    "home": _l("Portal"),
    "invoice": _l("Invoice"),
    "mail": _l("Email"),
}
FONT_NAMES = {
    "system": _l("System"),
    "inter": _l("Inter"),
    "humanist": _l("Humanist"),
    "geometric": _l("Geometric"),
    "source-serif": _l("Source Serif"),
    "transitional": _l("Transitional serif"),
    "old-style": _l("Old-style serif"),
    "mono": _l("Monospace"),
}
SHAPE_NAMES = {"square": _l("Square"), "rounded": _l("Rounded"), "pill": _l("Pill")}
VALUES = {"brand_color": "brand", "accent_color": "accent", "font": "font", "shape": "shape"}
WHITE = "#ffffff"


class BrandingForm(Form):
    brand_color = StringField(_l("Brand colour"), validators=[InputRequired()])
    accent_color = StringField(_l("Accent colour"), validators=[InputRequired()])
    font = SelectField(_l("Font"), choices=[SelectChoice(key, FONT_NAMES[key]) for key in FONTS])
    shape = RadioField(
        _l("Shape of buttons and fields"),
        choices=[SelectChoice(key, SHAPE_NAMES[key]) for key in SHAPES],
    )

    def validate_brand_color(self, field: Any) -> None:
        _check_color(field)

    def validate_accent_color(self, field: Any) -> None:
        _check_color(field)


def _check_color(field: Any) -> None:
    try:
        field.data = parse(field.data or "")
    except InvalidColor as error:
        raise ValidationError(_("Enter a colour such as #0f6f5c.")) from error


@bp.get("")
def edit() -> Any:
    """What is saved; or, from the tabs of the preview, what was chosen and not saved yet."""
    stored = Branding.of(the_merchant())
    given = {name: request.args.get(short) for name, short in VALUES.items()}
    for name in ("brand_color", "accent_color"):
        given[name] = f"#{given[name]}" if given[name] else None
    form = BrandingForm(
        data={name: given[name] or getattr(stored, name) for name in VALUES}, formdata=None
    )
    return form_page(form, kind=request.args.get("preview", ""))


@bp.post("")
def update() -> Any:
    form = BrandingForm()
    if not form.validate():
        return form_page(form, kind=request.form.get("preview", ""), status=422)
    Branding.change(the_merchant(), at=moment(), **{name: form[name].data for name in VALUES})
    return see(url_for("dashboard.branding.edit"), _("Your branding is saved."))


def form_page(
    form: BrandingForm, *, kind: str = "", status: int = 200, picture_errors: Any = None
) -> Any:
    chosen = kind if kind in PREVIEWS else "login"
    values = _usable(form)
    return render_page(
        "dashboard/branding/edit.html",
        fragment="preview",
        status=status,
        form=form,
        stored=Branding.of(the_merchant()),
        warnings={name: _warning(form[name].data) for name in ("brand_color", "accent_color")},
        kind=chosen,
        tabs=[
            (url_for("dashboard.branding.edit", preview=key, **values), label, key == chosen)
            for key, label in PREVIEWS.items()
        ],
        preview_url=url_for("dashboard.previews.show", kind=chosen, **values),
        preview_label=PREVIEWS[chosen],
        picture_errors=picture_errors or {},
    )


def stored_form() -> BrandingForm:
    stored = Branding.of(the_merchant())
    return BrandingForm(data={name: getattr(stored, name) for name in VALUES}, formdata=None)


def _usable(form: BrandingForm) -> dict[str, Any]:
    """The chosen values for an address; those that are none are left out."""
    usable: dict[str, Any] = {}
    for name, short in VALUES.items():
        value = form[name].data or ""
        if name.endswith("_color"):
            try:
                value = parse(value)[1:]
            except InvalidColor:
                continue
        usable[short] = value
    return usable


def _warning(color: str | None) -> str:
    """What is done about a colour that cannot be read on white; "" where it can."""
    try:
        ratio = contrast_warning(color or "")
        if ratio is None:
            return ""
        on_it = readable_on(parse(color or ""))
    except InvalidColor:
        return ""
    contrast = format_decimal(ratio)
    if on_it == WHITE:
        return _(
            "Contrast with white: %(ratio)s : 1. Text in this colour is drawn darker.",
            ratio=contrast,
        )
    return _(
        "Contrast with white: only %(ratio)s : 1, where text needs 4.5 : 1. Text on this colour is "
        "therefore dark, and text in this colour is drawn darker.",
        ratio=contrast,
    )
