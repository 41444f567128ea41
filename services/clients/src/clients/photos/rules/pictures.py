"""A photo made anew of what was sent: two squares, and nothing else of it."""

from io import BytesIO
from typing import IO, Final

from PIL import Image, ImageOps

from chassis.errors import Invalid, TooLarge

MEDIA_TYPE: Final = "image/webp"
LARGE, SMALL = 512, 128
SIZES: Final = (LARGE, SMALL)
MOST_BYTES: Final = 15_000_000
# What a camera makes; a picture of more is a bomb: some kilobytes that unfold to gigabytes.
MOST_PIXELS: Final = 60_000_000
_FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF")
_QUALITY: Final = 82


class NotAPicture(Invalid):
    """Not a picture of these kinds, or a broken one."""

    code = "not_a_picture"
    detail = "Send a photo as JPEG, PNG, WebP or GIF."


class PictureTooLarge(TooLarge):
    """More than a camera makes."""

    code = "picture_too_large"
    detail = "This picture is too large."


def squares(content: IO[bytes]) -> dict[int, bytes]:
    """The middle of a picture, upright, in each size; of where and with what it was taken
    nothing is left. Raises NotAPicture and PictureTooLarge."""
    try:
        with Image.open(content, formats=_FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise PictureTooLarge(field="file")
            # A JPEG is read at a fraction of its size at once.
            picture.draft("RGB", (2 * LARGE, 2 * LARGE))
            upright = ImageOps.exif_transpose(picture)
            return {size: _square(upright, size) for size in SIZES}
    except Image.DecompressionBombError as error:
        raise PictureTooLarge(field="file") from error
    except (OSError, SyntaxError, ValueError, IndexError, TypeError, EOFError) as error:
        raise NotAPicture(field="file") from error


def _square(picture: Image.Image, size: int) -> bytes:
    fitted = ImageOps.fit(picture.convert("RGBA"), (size, size))
    plain = Image.new("RGB", fitted.size, "white")
    plain.paste(fitted, mask=fitted.getchannel("A"))
    made = BytesIO()
    plain.save(made, "WEBP", quality=_QUALITY)
    return made.getvalue()
