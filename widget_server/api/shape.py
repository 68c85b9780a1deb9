"""Objects of the API: their fields declared once, for reading, writing, JSON Schema and examples."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from widget_server.api.kinds import JSON, Kind
from widget_server.kernel.errors import BadInput

NOTHING = object()


@dataclass(frozen=True)
class Field:
    """One field.

    Parameters
    ----------
    take : callable, optional
        Where an answer finds its value; by default an attribute or an entry of the same name.
    needed : bool
        Whether a request must bring it. Answers always do.
    default : object
        What a request means that does not bring it.
    """

    name: str
    kind: Kind
    about: str = ""
    take: Callable[[Any], Any] | None = None
    needed: bool = True
    default: Any = None
    example: Any = NOTHING

    def schema(self) -> JSON:
        return self.kind.schema() | ({"description": self.about} if self.about else {})

    def written_from(self, source: Any) -> Any:
        if self.take is not None:
            return self.kind.write(self.take(source))
        return self.kind.write(source[self.name] if isinstance(source, Mapping) else getattr(source, self.name))

    def read_from(self, given: Mapping[str, Any]) -> Any:
        if self.name not in given or (given[self.name] is None and not self.needed):
            if self.needed:
                raise BadInput("bad_field", field=self.name, expected="a value: it is missing")
            return self.default
        return self.kind.read(given[self.name], self.name)

    def shown(self) -> Any:
        return self.kind.example if self.example is NOTHING else self.example


@dataclass(frozen=True)
class Shape:
    """An object with these fields. It is a `Kind`, so shapes lie in shapes."""

    name: str
    about: str
    fields: tuple[Field, ...]

    def schema(self) -> JSON:
        return {"$ref": f"#/components/schemas/{self.name}"}

    def whole_schema(self) -> JSON:
        """Return what ``components`` hold of it."""
        return {
            "type": "object",
            "description": self.about,
            "required": [one.name for one in self.fields if one.needed],
            "properties": {one.name: one.schema() for one in self.fields},
            "example": self.example,
        }

    def read(self, value: object, field: str = "") -> JSON:
        if not isinstance(value, dict):
            raise BadInput("bad_field", field=field, expected="an object") if field else BadInput("bad_json")
        return {one.name: one.read_from(value) for one in self.fields}

    def write(self, value: Any) -> JSON:
        return {one.name: one.written_from(value) for one in self.fields}

    @property
    def example(self) -> JSON:
        return {one.name: one.shown() for one in self.fields}

    def inner(self) -> list["Shape"]:
        """Return the shapes within, at any depth."""
        found: list[Shape] = []
        for one in self.fields:
            kind: Any = one.kind
            while hasattr(kind, "of"):
                kind = kind.of
            if isinstance(kind, Shape):
                found += [kind, *kind.inner()]
        return found
