"""Shapes of signing in at a company's own provider."""

from typing import Annotated

from pydantic import BaseModel, Field

_Said = Annotated[str, Field(max_length=4_000)]


class Callback(BaseModel):
    """What the provider sends the browser back with (RFC 6749, 4.1.2; RFC 9207)."""

    code: _Said = ""
    state: _Said = ""
    iss: _Said = ""
    error: _Said = ""
    error_description: _Said = ""
    error_uri: _Said = ""
    session_state: _Said = ""
    scope: _Said = ""
    # Of Google, which says more than it has to.
    authuser: _Said = ""
    hd: _Said = ""
    prompt: _Said = ""
