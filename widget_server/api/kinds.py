"""What a value may be: read from outside, written for programs and described in JSON Schema by the same words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from widget_server.kernel.clock import iso
from widget_server.kernel.errors import BadInput
from widget_server.kernel.ids import is_id
from widget_server.kernel.untrusted import clean_text

JSON = dict[str, Any]
LARGEST = 2**31 - 1


class Kind(Protocol):
    """One kind of value."""

    def schema(self) -> JSON:
        """Return its JSON Schema."""

    def read(self, value: object, field: str) -> Any:
        """Return what a program sent.

        Raises
        ------
        BadInput
            For anything else than ``schema`` says.
        """

    def write(self, value: Any) -> Any:
        """Return it as JSON has it."""

    @property
    def example(self) -> Any:
        """A value that ``schema`` takes."""


@dataclass(frozen=True)
class Text:
    """Plain text; ``most`` and ``least`` are characters."""

    most: int | None = None
    least: int = 0
    example: str = "text"

    def schema(self) -> JSON:
        lengths = {"minLength": self.least or None, "maxLength": self.most}
        return {"type": "string"} | {name: value for name, value in lengths.items() if value is not None}

    def read(self, value: object, field: str) -> str:
        if not isinstance(value, str):
            raise BadInput("bad_field", field=field, expected="text")
        clean = clean_text(value)
        if len(clean) < self.least:
            raise BadInput("field_empty", field=field)
        if self.most is not None and len(clean) > self.most:
            raise BadInput("field_too_long", field=field, most=self.most)
        return clean

    def write(self, value: Any) -> str:
        return str(value)


@dataclass(frozen=True)
class Id:
    example: str = "5twofybnwb4vldf3mrx6kmr7ss"

    def schema(self) -> JSON:
        return {"type": "string", "pattern": "^[a-z2-7]{26}$"}

    def read(self, value: object, field: str) -> str:
        if not is_id(value):
            raise BadInput("bad_field", field=field, expected="an id of 26 letters")
        return str(value)

    def write(self, value: Any) -> str:
        return str(value)


@dataclass(frozen=True)
class Moment:
    example: str = "2026-11-23T09:00:00.000Z"

    def schema(self) -> JSON:
        return {"type": "string", "format": "date-time"}

    def read(self, value: object, field: str) -> datetime:
        try:
            at = datetime.fromisoformat(str(value))
            known_zone, moment = at.tzinfo is not None, at.astimezone(UTC)
        except (ValueError, OverflowError):
            raise BadInput("bad_field", field=field, expected="a time like 2026-11-22T10:00:00Z") from None
        if not known_zone:
            raise BadInput("bad_field", field=field, expected="a time with its zone, like 2026-11-22T10:00:00Z")
        return moment

    def write(self, value: Any) -> str:
        return iso(value)


@dataclass(frozen=True)
class Whole:
    least: int = 0
    most: int = LARGEST
    example: int = 1

    def schema(self) -> JSON:
        return {"type": "integer", "minimum": self.least, "maximum": self.most}

    def read(self, value: object, field: str) -> int:
        if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 10:
            value = int(value)  # a query string knows no numbers
        if not isinstance(value, int) or isinstance(value, bool) or not self.least <= value <= self.most:
            raise BadInput("bad_field", field=field, expected=f"a whole number, {self.least} to {self.most}")
        return value

    def write(self, value: Any) -> int:
        return int(value)


@dataclass(frozen=True)
class Real:
    """A number that may have a fraction; only ever written."""

    example: float = 0.25

    def schema(self) -> JSON:
        return {"type": "number"}

    def read(self, value: object, field: str) -> float:
        raise BadInput("bad_field", field=field, expected="nothing")

    def write(self, value: Any) -> float:
        return float(value)


@dataclass(frozen=True)
class Flag:
    example: bool = True

    def schema(self) -> JSON:
        return {"type": "boolean"}

    def read(self, value: object, field: str) -> bool:
        known = {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value
        if not isinstance(known, bool):
            raise BadInput("bad_field", field=field, expected="true or false")
        return known

    def write(self, value: Any) -> bool:
        return bool(value)


@dataclass(frozen=True)
class Choice:
    """One of these words."""

    values: tuple[str, ...]

    @property
    def example(self) -> str:
        return self.values[0]

    def schema(self) -> JSON:
        return {"type": "string", "enum": list(self.values)}

    def read(self, value: object, field: str) -> str:
        if value not in self.values:
            raise BadInput("bad_field", field=field, expected=f"one of {', '.join(self.values)}")
        return str(value)

    def write(self, value: Any) -> str:
        return str(value)


@dataclass(frozen=True)
class Many:
    """A list of one kind."""

    of: Kind
    most: int | None = None
    least: int = 0

    @property
    def example(self) -> list[Any]:
        return [self.of.example]

    def schema(self) -> JSON:
        sizes = {"minItems": self.least or None, "maxItems": self.most}
        return {"type": "array", "items": self.of.schema()} | {k: v for k, v in sizes.items() if v is not None}

    def read(self, value: object, field: str) -> list[Any]:
        if not isinstance(value, list) or len(value) < self.least or (self.most is not None and len(value) > self.most):
            expected = f"a list of {self.least} to {self.most}" if self.most is not None else "a list"
            raise BadInput("bad_field", field=field, expected=expected)
        return [self.of.read(one, field) for one in value]

    def write(self, value: Any) -> list[Any]:
        return [self.of.write(one) for one in value]


@dataclass(frozen=True)
class Maybe:
    """That kind, or null."""

    of: Kind

    @property
    def example(self) -> Any:
        return self.of.example

    def schema(self) -> JSON:
        inner = self.of.schema()
        if isinstance(inner.get("type"), str) and "enum" not in inner:
            return inner | {"type": [inner["type"], "null"]}
        return {"anyOf": [inner, {"type": "null"}]}

    def read(self, value: object, field: str) -> Any:
        return None if value is None else self.of.read(value, field)

    def write(self, value: Any) -> Any:
        return None if value is None else self.of.write(value)


@dataclass(frozen=True)
class Pairs:
    """Words by name, whatever the names are; only ever written."""

    example: Mapping[str, str]

    def schema(self) -> JSON:
        return {"type": "object", "additionalProperties": {"type": "string"}}

    def read(self, value: object, field: str) -> Any:
        raise BadInput("bad_field", field=field, expected="nothing")

    def write(self, value: Any) -> JSON:
        return {str(name): str(one) for name, one in value.items()}
