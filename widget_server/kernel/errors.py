"""The errors that people see: a code for programs, a text key for readers, a class for HTTP."""

from typing import Any, ClassVar


class ProductError(Exception):
    """Something a person can act on.

    Parameters
    ----------
    code : str
        Machine-readable name, stable; the sentence is ``errors.<code>`` in the catalogues.
    field : str, optional
        The input that is wrong.
    **args
        Values for the sentence.
    """

    status: ClassVar[int] = 400
    retryable: ClassVar[bool] = False

    def __init__(self, code: str, *, field: str | None = None, **args: Any) -> None:
        super().__init__(code)
        self.code = code
        self.field = field
        self.args_for_text = args


class BadInput(ProductError):
    status = 400


class Unauthorized(ProductError):
    status = 401


class Forbidden(ProductError):
    status = 403


class NotFound(ProductError):
    status = 404


class Conflict(ProductError):
    status = 409


class TooLarge(ProductError):
    status = 413


class TooMany(ProductError):
    status = 429
    retryable = True


class ProofNeeded(ProductError):
    """Not refused: solve ``challenge`` and send the same again with the proof."""

    status = 429
    retryable = True


class TryAgain(ProductError):
    status = 503
    retryable = True
