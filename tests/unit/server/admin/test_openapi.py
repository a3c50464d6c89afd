"""The OpenAPI document is complete: whoever reads only it can call every route and understand every answer."""

import importlib
import inspect
import pkgutil
from http import HTTPStatus

from pydantic import BaseModel

from mcpskills_server import admin, health, problem

_NO_ADMIN = {"/health", "/ready", "/info"}


def models():
    """All of the admin API, and those of health."""
    names = [found.name for found in pkgutil.iter_modules(admin.__path__) if found.name.endswith("_models")]
    modules = [health, *(importlib.import_module(f"{admin.__name__}.{name}") for name in names)]
    found = {model for module in modules for _, model in inspect.getmembers(module, inspect.isclass)}
    return [model for model in found if issubclass(model, BaseModel) and model is not BaseModel]


def operations(document):
    return {
        f"{method.upper()} {path}": operation
        for path, item in document["paths"].items()
        for method, operation in item.items()
    }


def errors(operation):
    return {int(status): answer for status, answer in operation["responses"].items() if int(status) >= 400}


def example_of(document, schema):
    """Of every model that the schema may be; None when one has none."""
    kinds = schema.get("anyOf", [schema])
    found = [document["components"]["schemas"][kind["$ref"].rpartition("/")[2]].get("example") for kind in kinds]
    return found if all(found) else None


DOCUMENTS = {
    "GET /admin/skills/{id}/versions/{number}/sbom",
    "GET /admin/skills/{id}/versions/{number}/files/{path}",
    "GET /admin/skills/{id}/versions/{number}/package",
    "GET /admin/audit/export",
    "GET /admin/logs/export",
    "GET /admin/logs/follow",
}
"""Answers in a form that others have defined."""

JSON_BODIES = (
    "POST /admin/skills/{id}/rollback",
    "POST /admin/skills/{id}/promote",
    "POST /admin/skills/{id}/versions/{number}/yank",
    "POST /admin/skills/{id}/versions/{number}/revoke",
    "POST /admin/proposals/{id}/approve",
    "POST /admin/proposals/{id}/merge",
    "POST /admin/proposals/{id}/close",
    "POST /admin/publisher/accept-history",
    "POST /admin/keys",
    "PATCH /admin/keys/{id}",
    "POST /admin/keys/{id}/rotate",
    "PUT /admin/users/{subject}",
    "PUT /admin/skills/{id}/access",
    "PUT /admin/secrets/{name}",
    "PUT /admin/secrets/{name}/grants",
)


def test_every_route_is_described_for_people_and_programs(document):
    found = operations(document)

    assert len(found) > 40
    assert [route for route, op in found.items() if not (op.get("summary") and op.get("description"))] == []
    assert [route for route, op in found.items() if len(op.get("tags", ())) != 1] == []
    assert len({op["operationId"] for op in found.values()}) == len(found)


def test_every_parameter_is_described(document):
    undescribed = [
        f"{route} {parameter['name']}"
        for route, operation in operations(document).items()
        for parameter in operation.get("parameters", ())
        if not parameter.get("description")
    ]

    assert undescribed == []


def test_every_good_answer_has_an_example(document):
    good = {
        route: answer["content"]["application/json"]["schema"]
        for route, operation in operations(document).items()
        for status, answer in operation["responses"].items()
        if int(status) < 400 and route not in DOCUMENTS
    }

    assert len(good) == len(operations(document)) - len(DOCUMENTS)
    assert [route for route, schema in good.items() if not example_of(document, schema)] == []


def test_every_body_is_described(document):
    bodies = {
        route: operation["requestBody"]["content"]
        for route, operation in operations(document).items()
        if "requestBody" in operation
    }

    assert {route: list(content) for route, content in bodies.items()} == {
        **{route: ["application/json"] for route in JSON_BODIES},
        "POST /admin/skills/validate": ["multipart/form-data"],
        "POST /admin/skills/upload": ["multipart/form-data"],
    }
    assert [
        route for route in JSON_BODIES if not example_of(document, bodies[route]["application/json"]["schema"])
    ] == []


def test_every_error_answer_is_a_problem_with_an_example(document):
    for route, operation in operations(document).items():
        for status, answer in errors(operation).items():
            content = answer["content"]
            assert list(content) == ["application/problem+json"], (route, status)
            assert content["application/problem+json"]["schema"] == {"$ref": "#/components/schemas/Problem"}
            example = problem.Problem.model_validate(content["application/problem+json"]["example"])
            assert example.status == status
            assert example.title == problem.title(HTTPStatus(status))


def test_every_admin_route_says_that_it_may_refuse(document):
    admin = {route: set(errors(op)) for route, op in operations(document).items() if route.split()[1] not in _NO_ADMIN}

    assert [route for route, statuses in admin.items() if not {401, 403, 422, 503} <= statuses] == []
    assert [route for route, statuses in admin.items() if "{id}" in route and 404 not in statuses] == []


def test_every_example_is_one_of_its_model(document):
    found = [model for model in models() if "json_schema_extra" in model.model_config]

    for model in found:
        example = model.model_config["json_schema_extra"]["example"]
        assert set(model.model_validate(example).model_dump()) >= set(example), model
    assert len(found) >= 30


def test_every_model_is_frozen():
    assert [model for model in models() if not model.model_config.get("frozen")] == []
