"""The OpenAPI document of /api/v1: the addresses. openapi_shapes.py tells the shapes."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from bot.web import asked
from bot.web.openapi_shapes import SHAPES, Json, ref
from bot.web.problems import MEDIA_TYPE, PROBLEMS

_DESCRIPTION = """Conversations with the assistant, and the catalogue of procedures, for other programs.

Every request but that for this document carries a key. Errors are application/problem+json; `code` stays, words may
change. A message is stored before it is acknowledged, and a message with the same id is stored once: after a lost
answer send the same again."""


@lru_cache(maxsize=1)
def document() -> Json:
    """The whole document."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "motcua", "version": "1.0.0", "description": _DESCRIPTION},
        "servers": [{"url": "/api/v1"}],
        "security": [{"key": []}],
        "paths": {
            "/openapi.json": {"get": _document()},
            "/conversations/{conversation}/messages": {
                "parameters": [
                    _path("conversation", asked.CONVERSATION, "citizen-42", "The program's own name of it.")
                ],
                "get": _hear(),
                "post": _say(),
            },
            "/procedures": {"get": _search()},
            "/procedures/{code}": {
                "parameters": [_path("code", asked.CODE, "1.001193", "National code.")],
                "get": _procedure(),
            },
        },
        "components": {"schemas": SHAPES, "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}}},
    }


def _document() -> Json:
    answer = {"200": {"description": "This document.", "content": {"application/json": {"schema": {"type": "object"}}}}}
    return {"operationId": "document", "summary": "This document", "security": [], "responses": answer}


def _say() -> Json:
    return {
        "operationId": "say",
        "summary": "Send a citizen's message",
        "description": "The answer comes as a message of its own: ask for those after the id that is returned.",
        "requestBody": {"required": True, "content": {"application/json": {"schema": ref("NewMessage")}}},
        "responses": {
            "202": _json("Stored; `duplicate` tells that it had come before.", ref("Taken")),
            **_problems(401, 409, 413, 415, 422, 429, 500),
        },
    }


def _hear() -> Json:
    return {
        "operationId": "hear",
        "summary": "Messages of a conversation, oldest first",
        "description": "A conversation that nobody has begun has none.",
        "parameters": [
            _number("after", 0, 0, asked.LARGEST_ID, "Id of the last message that the program has."),
            _number("wait", 0, 0, asked.LONGEST_WAIT, "Seconds to wait for a message where there is none."),
            _number("limit", asked.MOST_MESSAGES, 1, asked.MOST_MESSAGES, "Most messages in one answer."),
        ],
        "responses": {"200": _json("What there is.", ref("News")), **_problems(401, 422, 429, 500)},
    }


def _search() -> Json:
    text = {"type": "string", "minLength": 1, "maxLength": asked.LONGEST_QUESTION}
    question = {"description": "Words of a citizen.", "schema": text}
    return {
        "operationId": "search",
        "summary": "Find procedures by the words of a citizen",
        "parameters": [
            {"name": "q", "in": "query", "required": True, **question},
            _number("limit", 5, 1, asked.MOST_HITS, "Most procedures in the answer."),
            _language(),
        ],
        "responses": {
            "200": _json("Best first; empty where nothing fits.", ref("Hits")),
            **_problems(401, 422, 429, 500),
        },
    }


def _procedure() -> Json:
    place = {"type": "string", "pattern": f"^{asked.PLACE}$"}
    return {
        "operationId": "procedure",
        "summary": "A procedure in plain fields",
        "parameters": [
            _language(),
            {"name": "place", "in": "query", "description": "A commune, whose notes are added.", "schema": place},
        ],
        "responses": {"200": _json("The procedure.", ref("Procedure")), **_problems(401, 404, 422, 429, 500)},
    }


def _path(name: str, pattern: str, example: str, description: str) -> Json:
    schema = {"type": "string", "pattern": f"^{pattern}$"}
    told = {"description": description, "example": example, "schema": schema}
    return {"name": name, "in": "path", "required": True, **told}


def _number(name: str, usual: int, low: int, high: int, description: str) -> Json:
    schema = {"type": "integer", "minimum": low, "maximum": high, "default": usual}
    return {"name": name, "in": "query", "description": description, "schema": schema}


def _language() -> Json:
    schema = {"type": "string", "enum": list(asked.LANGUAGES), "default": asked.LANGUAGES[0]}
    described = "Texts that nobody has translated stay Vietnamese."
    return {"name": "lang", "in": "query", "description": described, "schema": schema}


def _json(description: str, schema: Json) -> Json:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _problems(*statuses: int) -> Json:
    return {str(status): _problem(status) for status in statuses}


def _problem(status: int) -> Json:
    told = {code: title for code, (its, title, _) in PROBLEMS.items() if its == status}
    narrowed = {"properties": {"code": {"enum": list(told)}, "status": {"const": status}}}
    answer: dict[str, Any] = {
        "description": " ".join(f"{code}: {title}" for code, title in told.items()),
        "content": {MEDIA_TYPE: {"schema": {"allOf": [ref("Problem"), narrowed]}}},
    }
    if status == 401:
        answer["headers"] = {"WWW-Authenticate": {"required": True, "schema": {"const": "Bearer"}}}
    if status == 429:
        answer["headers"] = {"Retry-After": {"required": True, "schema": {"type": "integer", "minimum": 1}}}
    return answer
