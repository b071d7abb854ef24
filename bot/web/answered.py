"""An error that brings its own answer."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.responses import Response


class Answered(HTTPException):
    """Raised where a request can go no further and there is nothing to add for the page of errors."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status_code)
        self.response = response
