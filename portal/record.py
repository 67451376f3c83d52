"""The base of every stored thing, and the kinds of columns they have."""

import json
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Self

from peewee import BigIntegerField, Check, Field, Model, Node, TextField

from portal.database import database, held
from portal.ids import new_id

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
MOST_MINOR_UNITS = 99_999_999_999_999


class _Column:
    """Tells type checkers that a record's attribute holds a value, not the field."""

    if TYPE_CHECKING:

        def __get__(self, record: object, owner: object = None) -> Any: ...
        def __set__(self, record: object, value: Any) -> None: ...


class IdField(_Column, TextField):
    """A typed id such as `cus_…`, compared bytewise on both engines."""

    field_type = "ID"


class UTCDateTimeField(_Column, Field):
    """An aware moment, stored as microseconds since 1970 in UTC.

    A number means the same on both engines, sorts as it should, and has no
    session time zone to be misread in.
    """

    field_type = "BIGINT"

    def db_value(self, value: datetime | int | None) -> int | None:
        if value is None or isinstance(value, int):
            return value
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        return (value - EPOCH) // MICROSECOND

    def python_value(self, value: int | None) -> datetime | None:
        return None if value is None else EPOCH + timedelta(microseconds=value)


class MoneyField(_Column, BigIntegerField):
    """An amount in minor units (cents) of the currency beside it."""


class JSONField(_Column, TextField):
    """A small JSON value, stored as text on both engines; never queried into."""

    def db_value(self, value: Any) -> str:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)

    def python_value(self, value: str | None) -> Any:
        return None if value is None else json.loads(value)


class EnumField(_Column, TextField):
    """One of the values of a `StrEnum`; the database refuses any other."""

    def __init__(self, choices: type[StrEnum], **options: Any) -> None:
        self.enum = choices
        super().__init__(**options)

    def bind(self, model: type[Model], name: str, set_attribute: bool = True) -> None:
        super().bind(model, name, set_attribute)
        values = ", ".join(f"'{member.value}'" for member in self.enum)
        self.constraints = [Check(f'"{self.column_name}" IN ({values})')]

    def db_value(self, value: str | None) -> str | None:
        return None if value is None else self.enum(value).value

    def python_value(self, value: str | None) -> StrEnum | None:
        return None if value is None else self.enum(value)


def now() -> datetime:
    """The real clock. Rules are handed their moment; only the edges ask."""
    return datetime.now(UTC)


class Record(Model):
    """A row with a typed id that sorts by the moment of its creation."""

    PREFIX: ClassVar[str]

    id = IdField(primary_key=True)
    created_at = UTCDateTimeField()

    class Meta:
        database = database
        legacy_table_names = False
        only_save_dirty = True

    @classmethod
    def create(cls, **given: Any) -> Self:
        """Insert a row; its id follows from `created_at` (now by default)."""
        given.setdefault("created_at", now())
        given.setdefault("id", new_id(cls.PREFIX, given["created_at"]))
        record = cls(**given)
        if any(isinstance(value, Node) for value in record.__data__.values()):
            record.save(force_insert=True)
            return record
        # As `save` would, but it takes longer to write the statement than to run it.
        fields = [cls._meta.fields[name] for name in record.__data__]
        values = [field.db_value(record.__data__[field.name]) for field in fields]
        statement = _insert(cls, tuple(record.__data__), database.param)  # type: ignore[arg-type]
        database.execute_sql(statement, values)
        record._dirty.clear()
        return record

    def reload(self) -> Self:
        """The row as the database has it now."""
        return type(self).get_by_id(self.id)

    def refresh(self) -> Self:
        """Become what is stored now, and hold it: first thing in the transaction of a rule.

        Somebody else may have acted since this row was read, and must not until we are done.
        """
        stored = held(type(self).select().where(type(self).id == self.id)).get()
        self.__data__.update(stored.__data__)
        self._dirty.clear()
        return self


@cache
def _insert(record: Any, names: tuple[str, ...], mark: str) -> str:
    meta = record._meta
    columns = ", ".join(f'"{meta.fields[name].column_name}"' for name in names)
    marks = ", ".join([mark] * len(names))
    # Names of our own tables and columns; values are handed to the database apart from it.
    return f'INSERT INTO "{meta.table_name}" ({columns}) VALUES ({marks})'  # noqa: S608
