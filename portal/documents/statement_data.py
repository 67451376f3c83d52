"""A yearly statement as the renderer gets it: a letter, and tables of words and figures."""

from dataclasses import dataclass
from typing import Any, ClassVar, Self

from portal.documents.data import DocumentData
from portal.documents.parts import Brand


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementData:
    """`letter` has the parties and the brand; `shown` is what the template places besides."""

    KIND: ClassVar[str] = "statement"

    letter: DocumentData
    shown: dict[str, Any]

    @property
    def brand(self) -> Brand:
        return self.letter.brand

    def to_json(self) -> dict[str, Any]:
        return {"kind": self.KIND, "letter": self.letter.to_json(), "shown": self.shown}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Self:
        """Raises `DocumentNotReadable`."""
        return cls(letter=DocumentData.from_json(stored["letter"]), shown=stored["shown"])
