"""Each form has one effect, however often it is sent.

A double click, a second tab, a press of "back" or a try after a timeout sends the same
form again; what it asked for has happened then, and does not happen twice.
"""

from datetime import datetime

from peewee import ForeignKeyField, TextField

from portal.crypto import digest
from portal.ids import new_id
from portal.record import Record
from portal.selfservice.portal_sessions import PortalSession


class FormNonce(Record):
    """A form that was carried out. Only the digest of its name is kept."""

    PREFIX = "nonce"

    session = ForeignKeyField(PortalSession, index=False, on_delete="CASCADE")
    form = TextField()

    @classmethod
    def use(cls, session: PortalSession, form: str, *, at: datetime) -> bool:
        """Whether this form comes for the first time.

        Call it in the transaction of the form's effect: where that is refused, the
        form stays unused. A second one waits for the first to be decided.
        """
        row = cls.insert(
            id=new_id(cls.PREFIX, at), created_at=at, session=session, form=digest(form)
        )
        return bool(list(row.on_conflict_ignore().returning(cls.id).execute()))


FormNonce.add_index(FormNonce.session, FormNonce.form, unique=True, name="form_nonce_once")
