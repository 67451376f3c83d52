"""Files kept in the database: images of merchants, documents of invoices.

In the database they are part of its transactions, its backup and its tenancy.
"""

import hashlib
from typing import Self

from peewee import (
    BlobField,
    ForeignKeyField,
    IntegerField,
    IntegrityError,
    ModelSelect,
    TextField,
)

from portal.billing.merchants import Merchant
from portal.database import write
from portal.record import IdField, Record


class StoredFile(Record):
    """Some bytes of a merchant, with their hash. Never changed, only replaced.

    `kind` says what it is (`icon`, `logo`, `product_image`, `invoice_pdf`, `receipt_pdf`);
    `subject` is the id of what it belongs to, with one file a kind and subject.
    """

    PREFIX = "file"

    merchant = ForeignKeyField(Merchant, index=False, on_delete="CASCADE")
    kind = TextField()
    subject = IdField()
    content_type = TextField()
    sha256 = TextField()
    size = IntegerField()
    data = BlobField()

    @classmethod
    def keep(
        cls, merchant: Merchant | str, kind: str, subject: str, data: bytes, content_type: str
    ) -> Self:
        """Store the bytes in place of what was there for this kind and subject."""
        with write():
            cls.remove(merchant, kind, subject)
            return cls._add(merchant, kind, subject, data, content_type)

    @classmethod
    def keep_first(
        cls, merchant: Merchant | str, kind: str, subject: str, data: bytes, content_type: str
    ) -> Self:
        """Store the bytes unless there are some already: what was stored first, stays."""
        try:
            with write():
                earlier = cls.about(merchant, kind, subject).first()
                return earlier or cls._add(merchant, kind, subject, data, content_type)
        except IntegrityError:  # another process was faster
            return cls.about(merchant, kind, subject).get()

    @classmethod
    def _add(
        cls, merchant: Merchant | str, kind: str, subject: str, data: bytes, content_type: str
    ) -> Self:
        return cls.create(
            merchant=merchant,
            kind=kind,
            subject=subject,
            content_type=content_type,
            sha256=hashlib.sha256(data).hexdigest(),
            size=len(data),
            data=data,
        )

    @classmethod
    def about(cls, merchant: Merchant | str, kind: str, subject: str) -> ModelSelect:
        return cls.select().where(
            (cls.merchant == merchant) & (cls.kind == kind) & (cls.subject == subject)
        )

    @classmethod
    def remove(cls, merchant: Merchant | str, kind: str, subject: str) -> None:
        cls.delete().where(
            (cls.merchant == merchant) & (cls.kind == kind) & (cls.subject == subject)
        ).execute()

    @property
    def name(self) -> str:
        """What its public address is made of: unguessable, and new for new content."""
        return f"{self.id}-{self.sha256[:16]}"


StoredFile.add_index(
    StoredFile.merchant, StoredFile.kind, StoredFile.subject, unique=True, name="file_once"
)
