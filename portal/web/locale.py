"""Which language, and why.

Explicit choice (a cookie) → `locale` parameter → the signed-in person's language →
`Accept-Language` → the merchant's language. Nothing but the three known codes ever
reaches a locale lookup.
"""

from babel.support import NullTranslations
from flask import Flask, g, request, session
from flask_babel import Babel, get_locale
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from portal.folders import folder
from portal.i18n import LANGUAGES, translations
from portal.web.settings import settings

COOKIE = "portal_locale"
PARAMETER = "locale"
COOKIE_SECONDS = 365 * 24 * 3600
NAMES = {"de": "Deutsch", "en": "English", "fr": "Français"}


def init_app(app: Flask) -> None:
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(folder("translations"))
    app.config["BABEL_DEFAULT_LOCALE"] = "en"
    Babel(app, locale_selector=select)
    # flask-babel searches for the catalogue anew at each message: a fifth of a page's time.
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda message: catalogue().gettext(message),
        lambda one, many, number: catalogue().ngettext(one, many, number),
        newstyle=True,
        pgettext=lambda context, message: catalogue().pgettext(context, message),
        npgettext=lambda *message: catalogue().npgettext(*message),
    )
    app.before_request(remember_parameter)
    app.context_processor(lambda: {"locale": language(), "languages": languages()})


def select() -> str:
    candidates = (
        request.cookies.get(COOKIE),
        request.args.get(PARAMETER) or session.get(PARAMETER),
        g.get("locale_of_person") or _preferred(),
        request.accept_languages.best_match(LANGUAGES),
        g.get("locale_of_merchant"),
    )
    return next((code for code in candidates if code in LANGUAGES), "en")


def catalogue() -> NullTranslations:
    """The messages in the language that this answer is in."""
    if not g:
        return NullTranslations()
    known = vars(g._get_current_object()).get("_flask_babel")
    locale = getattr(known, "babel_locale", None) or get_locale()
    return translations(locale.language)


def chosen() -> str | None:
    """The language that somebody chose for this browser, by a button or by the link."""
    given = (request.cookies.get(COOKIE), request.args.get(PARAMETER), session.get(PARAMETER))
    return next((code for code in given if code in LANGUAGES), None)


def language() -> str:
    """The code of the language that this answer is in."""
    return get_locale().language


def languages() -> list[dict[str, str]]:
    return [{"code": code, "name": name} for code, name in NAMES.items()]


def remember_parameter() -> None:
    """`?locale=de` of a link holds for the pages that follow."""
    if request.args.get(PARAMETER) in LANGUAGES and request.method == "GET":
        session[PARAMETER] = request.args[PARAMETER]


def choose(response: BaseResponse, code: str) -> BaseResponse:
    """Keep an explicit choice. Unknown codes are ignored."""
    if code in LANGUAGES:
        response.set_cookie(
            COOKIE,
            code,
            max_age=COOKIE_SECONDS,
            secure=settings().is_https,
            httponly=True,
            samesite="Lax",
        )
    return response


def _preferred() -> str | None:
    return current_user.locale if current_user.is_authenticated else None
