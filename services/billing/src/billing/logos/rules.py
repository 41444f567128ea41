"""A logo, made anew of what was sent: small enough for every paper, and only a picture."""

from io import BytesIO
from typing import IO, Final

from PIL import Image, ImageOps

from chassis.errors import Invalid, NotFound, TooLarge

MEDIA_TYPE: Final = "image/png"
MOST_BYTES: Final = 5_000_000
# A picture of more is a bomb: some kilobytes that unfold to gigabytes.
MOST_PIXELS: Final = 25_000_000
# On paper a logo is 45 by 18 mm at most: this is 450 dots an inch.
BOX: Final = (800, 320)
_FORMATS: Final = ("JPEG", "PNG")


class LogoNotFound(NotFound):
    """The company has said nothing of how it looks."""

    code = "logo_not_found"
    detail = "There is no logo."


class NotALogo(Invalid):
    """Not a picture of these kinds, or a broken one; what is drawn by a program runs one."""

    code = "not_a_picture"
    detail = "Send the logo as PNG or JPEG."


class LogoTooLarge(TooLarge):
    """More than any printer shows."""

    code = "picture_too_large"
    detail = "This picture is too large: 5 MB and 25 million pixels at most."


def remade(content: IO[bytes]) -> tuple[bytes, tuple[int, int]]:
    """The picture upright, as PNG that fits into the box, with what is see-through of it, and its
    width and height; nothing else that came with it is left. Raises NotALogo and LogoTooLarge."""
    try:
        with Image.open(content, formats=_FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise LogoTooLarge(field="file")
            upright = ImageOps.exif_transpose(picture).convert("RGBA")
            upright.thumbnail(BOX)
            plain = Image.new("RGBA", upright.size)
            plain.paste(upright)
            made = BytesIO()
            plain.save(made, "PNG", optimize=True)
            return made.getvalue(), plain.size
    except Image.DecompressionBombError as error:
        raise LogoTooLarge(field="file") from error
    except (OSError, SyntaxError, ValueError, IndexError, TypeError, EOFError) as error:
        raise NotALogo(field="file") from error
