"""The base of every stored thing, and the kinds of columns they have."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar, Self

from peewee import (
    BigIntegerField,
    Check,
    Field,
    Model,
    Node,
    TextField,
)

from portal import statements
from portal.database import database, held
from portal.ids import new_id

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


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
    is_converted = True

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

    is_converted = True

    def db_value(self, value: Any) -> str:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)

    def python_value(self, value: str | None) -> Any:
        return None if value is None else json.loads(value)


class EnumField(_Column, TextField):
    """One of the values of a `StrEnum`; the database refuses any other."""

    is_converted = True

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
        return (value if type(value) is self.enum else self.enum(value)).value

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
        statement = statements.insert(cls, tuple(record.__data__), database.param)  # type: ignore[arg-type]
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
        model: Any = cls
        statement = f'{statements.select(model)} WHERE {condition} ORDER BY "id" {end}'
        return cls._made_of(statement, values)

    @classmethod
    def _made_of(cls, statement: str, values: Sequence[Any]) -> list[Self]:
        model: Any = cls
        names, converters = statements.reading(model)
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
        statement = statements.insert(cls, names, database.param)  # type: ignore[arg-type]
        statements.run_many(statement, statements.values(records, names))
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
        statement = statements.update(cls, tuple(names), tuple(guards[0]), database.param)  # type: ignore[arg-type]
        rows = [
            [*values, record.id, *(field.db_value(guard[field.name]) for field in guarded)]
            for record, values, guard in zip(
                records, statements.values(records, tuple(names)), guards, strict=True
            )
        ]
        met = statements.run_many(statement, rows)
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
