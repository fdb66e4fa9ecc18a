"""An example for every JSON schema: what its author gave, or the smallest thing that fits."""

from typing import Any

_BY_FORMAT = {
    "date-time": "2026-11-22T01:02:03Z",
    "date": "2026-11-22",
    "uri": "https://example.org/",
}
DEPTH = 8


def example_of(schema: dict[str, Any], components: dict[str, Any], depth: int = 0) -> Any:
    """A value that fits `schema`; references are looked up in `components`."""
    if "$ref" in schema:
        target = components[schema["$ref"].rsplit("/", 1)[-1]]
        return None if depth > DEPTH else example_of(target, components, depth + 1)
    given = schema.get("examples") or ([schema["example"]] if "example" in schema else [])
    if given:
        return given[0]
    for name in ("const", "default"):
        if name in schema:
            return schema[name]
    if "enum" in schema:
        return schema["enum"][0]
    for name in ("anyOf", "oneOf", "allOf"):
        if name in schema:
            return example_of(schema[name][0], components, depth)
    return _of_type(schema, components, depth)


def _of_type(schema: dict[str, Any], components: dict[str, Any], depth: int) -> Any:
    kind = schema.get("type")
    if kind == "object":
        properties = schema.get("properties", {})
        return {name: example_of(one, components, depth) for name, one in properties.items()}
    if kind == "array":
        items = schema.get("items", {})
        return [example_of(items, components, depth + 1)] if items and depth <= DEPTH else []
    if kind == "string":
        return _BY_FORMAT.get(schema.get("format", ""), "示例" * max(schema.get("minLength", 1), 1))
    if kind in ("integer", "number"):
        return schema.get("minimum", schema.get("exclusiveMinimum", 0) + 1)
    return {"boolean": True}.get(str(kind))
