"""The base of every stored thing, and the kinds of columns they have."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Self

from peewee import (
    BigIntegerField,
    BooleanField,
    Check,
    Field,
    ForeignKeyField,
    IntegerField,
    Model,
    Node,
    TextField,
    __exception_wrapper__,
)

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
        if value is None:
            return None
        return (value if type(value) is self.enum else self.enum(value)).value  # type: ignore[attr-defined]

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

    @classmethod
    def made(cls, **columns: Any) -> Self:
        """A record that is not stored yet, as `cls(…)` but quick: what it belongs to by id.

        For those who make many; `id` and `created_at` are theirs to give.
        """
        return cls._of(cls._meta.get_default_dict() | columns)

    @classmethod
    def read(cls, query: Any) -> list[Self]:
        """The rows of a select of all columns of this record and of no other.

        As going through the query would give them, without its detours.
        """
        return cls._made_of(*query.sql())

    @classmethod
    def among(cls, name: str, values: Sequence[Any], also: str = "", end: str = "") -> list[Self]:
        """The rows whose column `name` is one of the values, in the order of their ids.

        `also` is a further condition and `end` what stands after the order, both in SQL and
        without values: Peewee takes longer to write such a statement than it takes to run.
        """
        if not values:
            return []
        column = cls._meta.fields[name].column_name
        marks = ", ".join([database.param] * len(values))
        condition = f'"{column}" IN ({marks})' + (f" AND {also}" if also else "")
        statement = f'{_select(cls)} WHERE {condition} ORDER BY "id" {end}'
        return cls._made_of(statement, values)

    @classmethod
    def _made_of(cls, statement: str, values: Sequence[Any]) -> list[Self]:
        names, converters = _reading(cls)
        found = []
        for row in database.execute_sql(statement, values).fetchall():
            given = list(row)
            for position, convert in converters:
                given[position] = convert(given[position])
            record = cls._of(dict(zip(names, given, strict=True)))
            record._dirty = set()
            found.append(record)
        return found

    @classmethod
    def _of(cls, data: dict[str, Any]) -> Self:
        record = cls.__new__(cls)
        record.__data__, record.__rel__, record._dirty = data, {}, set(data)
        return record

    @classmethod
    def create_many(cls, records: Sequence[Self]) -> None:
        """Insert records that were made with their ids and never saved, by one statement."""
        names = tuple(cls._meta.sorted_field_names)
        statement = _insert(cls, names, database.param)  # type: ignore[arg-type]
        _run_many(statement, _values(records, names))
        for record in records:
            record._dirty.clear()

    @classmethod
    def save_many(
        cls, records: Sequence[Self], names: Sequence[str], guards: Sequence[Mapping[str, Any]]
    ) -> int:
        """Store the named columns of each record, by one statement; answers how many rows it met.

        `guards` say for each record what its row must still be like to be changed.
        """
        if not records:
            return 0
        guarded = [cls._meta.fields[name] for name in guards[0]]
        statement = _update(cls, tuple(names), tuple(guards[0]), database.param)  # type: ignore[arg-type]
        rows = [
            [*values, record.id, *(field.db_value(guard[field.name]) for field in guarded)]
            for record, values, guard in zip(
                records, _values(records, tuple(names)), guards, strict=True
            )
        ]
        met = _run_many(statement, rows)
        for record in records:
            record._dirty.difference_update(names)
        return met

    def reload(self) -> Self:
        """The row as the database has it now."""
        return type(self).get_by_id(self.id)

    def refresh(self) -> Self:
        """Become what is stored now, and hold it: first thing in the transaction of a rule.

        Somebody else may have acted since this row was read, and must not until we are done.
        """
        stored = held(type(self).select().where(type(self).id == self.id)).get()
        self.__data__.update(stored.__data__)
        for name, row in list(self.__rel__.items()):
            if row is None or row.id != self.__data__[name]:
                del self.__rel__[name]
        self._dirty.clear()
        return self


@cache
def _select(record: Any) -> str:
    columns = ", ".join(f'"{field.column_name}"' for field in record._meta.sorted_fields)
    return f'SELECT {columns} FROM "{record._meta.table_name}"'  # noqa: S608 - our own names


@cache
def _insert(record: Any, names: tuple[str, ...], mark: str) -> str:
    meta = record._meta
    columns = ", ".join(f'"{meta.fields[name].column_name}"' for name in names)
    marks = ", ".join([mark] * len(names))
    # Names of our own tables and columns; values are handed to the database apart from it.
    return f'INSERT INTO "{meta.table_name}" ({columns}) VALUES ({marks})'  # noqa: S608


@cache
def _update(record: Any, names: tuple[str, ...], guards: tuple[str, ...], mark: str) -> str:
    meta = record._meta
    changes = ", ".join(f'"{meta.fields[name].column_name}" = {mark}' for name in names)
    where = " AND ".join(
        f'"{meta.fields[name].column_name}" = {mark}' for name in (meta.primary_key.name, *guards)
    )
    return f'UPDATE "{meta.table_name}" SET {changes} WHERE {where}'  # noqa: S608 - as above


def _values(records: Sequence[Record], names: tuple[str, ...]) -> list[list[Any]]:
    """A row for each record, as the database keeps it."""
    if not records:
        return []
    writing = _writing(type(records[0]), names)
    return [
        [
            data.get(name) if written is None else written(data.get(name))
            for name, written in writing
        ]
        for data in (record.__data__ for record in records)
    ]


@cache
def _writing(
    record: type[Record], names: tuple[str, ...]
) -> list[tuple[str, Callable[[Any], Any] | None]]:
    """How each value is written; numbers, and ids of what is belonged to, as they are."""
    plain = (ForeignKeyField, IntegerField, BooleanField)
    fields = [record._meta.fields[name] for name in names]
    return [(field.name, None if isinstance(field, plain) else field.db_value) for field in fields]


@cache
def _reading(record: type[Record]) -> tuple[list[str], list[tuple[int, Callable[[Any], Any]]]]:
    """Names of the columns in the order of a select, and what must be made of their values."""
    plain = (TextField, ForeignKeyField, IntegerField)
    own = (EnumField, JSONField)
    fields = record._meta.sorted_fields
    converters = [
        (position, field.python_value)
        for position, field in enumerate(fields)
        if isinstance(field, own) or not isinstance(field, plain)
    ]
    return [field.name for field in fields], converters


def _run_many(statement: str, rows: Sequence[Sequence[Any]]) -> int:
    """One statement for many rows; answers how many it met."""
    if not rows:
        return 0
    with __exception_wrapper__:
        cursor = database.cursor()
        cursor.executemany(statement, rows)
        return int(cursor.rowcount)
