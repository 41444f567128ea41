"""How a paper looks: its language, its colours, and what its company has printed on all of them."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from papers.words import Label, Language, text

INK: Final = "#1d2733"
_WHITE: Final = "#ffffff"
_SHADE: Final = "#f3f5f7"
# WCAG 2.2, 1.4.3: what letters need to be read.
ENOUGH: Final = 4.5
# Of what is darkened, so much is left each time.
_DARKER: Final = 0.92


@dataclass(frozen=True, slots=True)
class Look:
    """What all sheets of a company have in common; `logo` is a picture (SVG)."""

    language: Language
    accent: str | None = None
    shows_hijri: bool = True
    logo: str | None = None
    header: Mapping[str, str] = field(default_factory=dict)
    footer: Mapping[str, str] = field(default_factory=dict)

    def style(self) -> dict[str, object]:
        """As a template prints it."""
        return {
            "logo": self.logo, "header": self.said(self.header), "footer": self.said(self.footer),
            "title": readable(self.accent) if self.accent else INK, "rule": self.accent or INK,
            "head": self.accent or _SHADE,
            "on_head": letters_on(self.accent) if self.accent else INK,
        }  # fmt: skip

    def said(self, words: Mapping[str, str]) -> Label:
        """In the paper's languages, else in the one there is."""
        wanted = ("ar", "en") if self.language == "both" else (self.language,)
        found = [words[one] for one in wanted if words.get(one)] or list(words.values())[:1]
        return [text(one) for one in found]


def drawn(png: bytes, width: int, height: int) -> str:
    """A picture (SVG) of a picture: so it comes to the template as text."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}"><image width="{width}" height="{height}" '
        f'href="data:image/png;base64,{b64encode(png).decode()}"/></svg>'
    )


def contrast(one: str, other: str) -> float:
    """Of two colours (#rrggbb), from 1 to 21 (WCAG 2.2, "contrast ratio")."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def readable(colour: str) -> str:
    """The colour, as much darker as letters in it need to be read on white."""
    while contrast(colour, _WHITE) < ENOUGH:
        colour = "#" + "".join(f"{int(part * _DARKER):02x}" for part in _parts(colour))
    return colour


def letters_on(colour: str) -> str:
    """White or black: what is read on this colour; on each of them one of the two is."""
    return max((_WHITE, "#000000"), key=lambda one: contrast(one, colour))


def _luminance(colour: str) -> float:
    shares = [part / 255 for part in _parts(colour)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _parts(colour: str) -> list[int]:
    return [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
