"""Pictures that people upload: looked at by content, made anew without what nobody asked for.

Nothing is decoded in this process. The limits are those of security A6.1: JPEG, PNG or
WebP, at most 2 MB, 4 096 pixels a side and 16 MP, the first frame only.
"""

from portal.images.checking import CheckedImage, ImageRefused, check_image
from portal.images.keeping import (
    MOST_BYTES_OF_MERCHANT,
    MOST_FILES_OF_MERCHANT,
    keep_image,
    remove_image,
)

__all__ = [
    "MOST_BYTES_OF_MERCHANT",
    "MOST_FILES_OF_MERCHANT",
    "CheckedImage",
    "ImageRefused",
    "check_image",
    "keep_image",
    "remove_image",
]
