"""Our words without a request: what documents and mails say in a language.

English is the source; a language or a message that is missing reads as English.
"""

from collections.abc import Callable
from functools import lru_cache

from babel.support import NullTranslations, Translations

from portal.folders import folder

LANGUAGES = ("en", "de", "fr")

Gettext = Callable[..., str]


@lru_cache(maxsize=16)
def translations(locale: str) -> NullTranslations:
    """The compiled catalogue of a language, read once a process."""
    return Translations.load(folder("translations"), [locale])


def gettext_for(locale: str) -> Gettext:
    """`gettext` of one language, with named placeholders: `_("Page %(page)s", page=2)`."""
    catalogue = translations(locale)

    def gettext(message: str, **variables: object) -> str:
        translated = catalogue.ugettext(message)
        return translated % variables if variables else translated

    return gettext
