"""The OpenAPI 3.1 document, made from what `@endpoint` knows of every route."""

import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, Field
from pydantic.json_schema import JsonSchemaMode, models_json_schema
from sanic import Sanic

from backend.core import http
from backend.core.errors import Forbidden, LinliError, NotFound, TooMany, Unauthenticated
from backend.core.examples import example_of
from backend.core.http import Public, Route
from backend.core.schemas import Answer

REF = "#/components/schemas/{model}"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_PARAMETER = re.compile(r"<(\w+)(?::\w+)?>")


class FieldProblem(Answer):
    field: str = Field(examples=["text"])
    message: str = Field(examples=["必填"])


class Problem(Answer):
    """RFC 9457 problem details: `title` and `detail` are for people, `code` is for programs."""

    type: str = Field(examples=["urn:linli:problem:wrong_state"])
    title: str = Field(examples=["当前状态不能这样操作"])
    status: int = Field(examples=[409])
    code: str = Field(examples=["wrong_state"])
    detail: str = Field(examples=["当前状态不能这样操作"])
    request_id: str = Field(examples=["0f8fad5bd9cb469fa16570867728950e"])
    errors: list[FieldProblem] = Field(default_factory=list)
    facts: dict[str, Any] = Field(default_factory=dict)


@dataclass(frozen=True)
class Operation:
    """One method of one path."""

    path: str
    method: str
    name: str
    tag: str
    route: Route

    @property
    def parameters(self) -> list[str]:
        return _PARAMETER.findall(self.path)

    @property
    def errors(self) -> list[type[LinliError]]:
        """Every error the operation can answer with, by code."""
        found: set[type[LinliError]] = {*http.COMMON, *self.route.raises}
        if not isinstance(self.route.permission, Public):
            found |= {Unauthenticated}
            if self.route.permission.roles:
                found |= {Forbidden}
        if self.parameters:
            found |= {NotFound}
        if self.route.limit:
            found |= {TooMany}
        return sorted(found, key=lambda error: (error.status, error.code))


def operations(app: Sanic[Any, Any]) -> Iterator[Operation]:
    """Everything that `@endpoint` made, by path."""
    for route in sorted(app.router.routes, key=lambda one: one.path):
        found: Route | None = getattr(route.handler, "route", None)
        if found is None:
            continue
        tag = found.handler.__module__.split(".")[-2]
        for method in METHODS:
            if method in route.methods:
                name = f"{tag}.{found.handler.__name__}"
                yield Operation("/" + route.path, method, name, tag, found)


def document(app: Sanic[Any, Any], version: str) -> dict[str, Any]:
    """The whole document as a JSON object; valid OpenAPI 3.1."""
    every = list(operations(app))
    schemas, components = _schemas(every)
    paths: dict[str, dict[str, Any]] = {}
    for one in every:
        path = _PARAMETER.sub(r"{\1}", one.path)
        paths.setdefault(path, {})[one.method.lower()] = _operation(one, schemas, components)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Linli 邻里",
            "version": version,
            "summary": "智慧社区：诉求、接单、时限、通知",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": tag} for tag in sorted({one.tag for one in every})],
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
        },
    }


Schemas = dict[tuple[Any, JsonSchemaMode], dict[str, Any]]


def _is_model(kind: Any) -> bool:
    return inspect.isclass(kind) and issubclass(kind, BaseModel)


def _schemas(every: list[Operation]) -> tuple[Schemas, dict[str, Any]]:
    wanted: dict[tuple[type[BaseModel], JsonSchemaMode], None] = {(Problem, "serialization"): None}
    for one in every:
        if one.route.body is not None:
            wanted[(one.route.body, "validation")] = None
        if _is_model(one.route.answer):
            wanted[(one.route.answer, "serialization")] = None
    schemas, definitions = models_json_schema(list(wanted), ref_template=REF)
    return dict(schemas), definitions.get("$defs", {})


def _operation(one: Operation, schemas: Schemas, components: dict[str, Any]) -> dict[str, Any]:
    summary, _, more = (inspect.getdoc(one.route.handler) or one.name).partition("\n")
    made: dict[str, Any] = {
        "operationId": one.name if one.method != "PUT" else f"{one.name}.put",
        "summary": summary.rstrip("."),
        "tags": [one.tag],
        "parameters": _parameters(one),
        "responses": _responses(one, schemas, components),
    }
    if more.strip():
        made["description"] = more.strip()
    if not isinstance(one.route.permission, Public):
        made["security"] = [{"bearer": []}]
        made["x-permission"] = str(one.route.permission)
    if one.route.body is not None:
        schema = schemas[(one.route.body, "validation")]
        example = example_of(schema, components)
        made["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": schema, "example": example}},
        }
    elif one.route.takes_upload:
        made["requestBody"] = _upload()
    return made


def _upload() -> dict[str, Any]:
    schema = {
        "type": "object",
        "required": ["file"],
        "properties": {
            "file": {"type": "string", "contentMediaType": "application/octet-stream"},
            "purpose": {"type": "string"},
        },
    }
    return {"required": True, "content": {"multipart/form-data": {"schema": schema}}}


def _parameters(one: Operation) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": _path_schema(one.path, name)}
        for name in one.parameters
    ]
    if one.route.query is not None:
        schema = one.route.query.model_json_schema(ref_template=REF)
        definitions = schema.get("$defs", {})
        for name, field in schema.get("properties", {}).items():
            required = name in schema.get("required", ())
            field = _inlined(field, definitions)  # noqa: PLW2901
            found.append({"name": name, "in": "query", "required": required, "schema": field})
    if one.method != "GET" and one.route.has_transaction:
        found.append(_IDEMPOTENCY_KEY)
    return found


_IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "A repeated request with the same key gets the first answer and has no effect.",
    "schema": {"type": "string", "minLength": 8, "maxLength": 64, "pattern": "^[ -~]*$"},
}


def _path_schema(path: str, name: str) -> dict[str, Any]:
    if f"<{name}:id>" in path:
        return {"type": "integer", "minimum": 1, "maximum": 10**18 - 1}
    return {"type": "string"}


def _inlined(schema: Any, definitions: dict[str, Any]) -> Any:
    """The schema with its references replaced: query parameters stand alone."""
    if isinstance(schema, list):
        return [_inlined(one, definitions) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _inlined(definitions[schema["$ref"].rsplit("/", 1)[-1]], definitions)
    return {name: _inlined(value, definitions) for name, value in schema.items()}


def _responses(one: Operation, schemas: Schemas, components: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {str(one.route.status): _success(one, schemas, components)}
    for error in one.errors:
        response = found.setdefault(
            str(error.status),
            {
                "description": "",
                "content": {
                    "application/problem+json": {
                        "schema": {"$ref": REF.format(model="Problem")},
                        "examples": {},
                    }
                },
            },
        )
        response["description"] = "; ".join(filter(None, (response["description"], error.code)))
        response["content"]["application/problem+json"]["examples"][error.code] = {
            "value": {
                "type": f"urn:linli:problem:{error.code}",
                "title": error.title,
                "status": error.status,
                "code": error.code,
                "detail": error.title,
                "request_id": "0f8fad5bd9cb469fa16570867728950e",
            }
        }
    return found


def _success(one: Operation, schemas: Schemas, components: dict[str, Any]) -> dict[str, Any]:
    if _is_model(one.route.answer):
        schema = schemas[(one.route.answer, "serialization")]
        example = example_of(schema, components)
        return {
            "description": "OK",
            "content": {"application/json": {"schema": schema, "example": example}},
        }
    if one.route.answer is http.Download:
        return {"description": "The file", "content": {"*/*": {}}}
    return {"description": "OK", "content": {"application/json": {"schema": {}}}}
