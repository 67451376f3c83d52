"""A form with one file, as imports need it."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import FileStorage
from wtforms import FileField

from portal.web.forms import Form


class UploadForm(Form):
    """Whether the file can be read is for others to say; their words go to `file.errors`."""

    file = FileField(_l("File"))

    def read(self, most: int) -> tuple[str, bytes] | None:
        """The file's name and its bytes, one more than `most` where it is longer.

        None without a file; the field says so then.
        """
        self.validate()
        upload = self.file.data
        if not isinstance(upload, FileStorage) or not upload.filename:
            self.file.errors = [_("Choose a file.")]
            return None
        with upload.stream as stream:
            return upload.filename, stream.read(most + 1)
