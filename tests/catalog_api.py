"""The published contract of the Catalog Data Ingestion API, where it lies beside the checkout."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import cache
from typing import Any

import pytest
import yaml
from jsonschema import Draft4Validator
from reference import SHARED

KINDS = {
    "scopesWebsite": "catalog-price-books",
    "productAttributes": "catalog-metadata",
    "categories": "catalog-categories",
    "products": "catalog-products",
    "prices": "catalog-prices",
}
"""Feed → what the sandbox's receiver keeps its items as."""

CONTRACT = SHARED / "reference" / "openapi" / "optimizer-data-ingestion-2026-03.yaml"


def needs_contract() -> pytest.MarkDecorator:
    """Skips a test where the contract isn't there."""
    return pytest.mark.skipif(not CONTRACT.is_file(), reason=f"no API contract in {CONTRACT}")


@cache
def contract() -> dict[str, Any]:
    """All of it."""
    found: dict[str, Any] = yaml.safe_load(CONTRACT.read_text(encoding="utf-8"))
    return found


def schema_of(path: str) -> dict[str, Any]:
    """What an item that is posted to a path must be."""
    operation = contract()["paths"][path]["post"]
    schema = operation["requestBody"]["content"]["application/json"]["schema"]["items"]
    return {**schema, "components": contract()["components"]}


def complaints(path: str, bodies: Iterable[Any]) -> Counter[tuple[str, str, str]]:
    """What the contract forbids of these bodies: how often, by field, rule and message."""
    validator = Draft4Validator(schema_of(path))
    return Counter(
        (".".join(map(str, error.absolute_path)), str(error.validator), error.message[:200])
        for body in bodies
        for error in validator.iter_errors(body)
    )
