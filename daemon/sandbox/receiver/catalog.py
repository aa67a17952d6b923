"""The receiver as a catalogue: creating, changing and deleting, and what that takes along.

A request is taken as a whole or not at all. A category takes all below it along when it is deleted,
and a price book its children and all their prices. A price of a price book that isn't there, and a
price book whose parent isn't there, are accepted and ignored, as the contract warns.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import orjson

from daemon.sandbox.receiver.catalog_contract import COLLECTIONS, Collection, faults_in
from daemon.sandbox.receiver.faults import Fault
from daemon.sandbox.receiver.reception import Response, items_or_reply, named_by
from daemon.sandbox.receiver.store import Arrival, Store

PATH = re.compile(r"/[^/]+/v1/catalog/(?P<collection>.+?)(?P<deletion>/delete)?")
CATEGORIES = COLLECTIONS["categories"]
BOOKS = COLLECTIONS["price-books"]
PRICES = COLLECTIONS["products/prices"]

Item = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Action:
    """What a request asks for. is_whole: it carries whole entities, not parts or identities."""

    collection: Collection
    is_deletion: bool
    is_whole: bool


def action_of(method: str, path: str) -> Action | None:
    """What a method and a path ask for; None where they are none of the catalogue's."""
    found = PATH.fullmatch(path)
    collection = COLLECTIONS.get(found["collection"]) if found else None
    if found is None or collection is None:
        return None
    is_deletion = found["deletion"] is not None
    return Action(collection, is_deletion, is_whole=method == "POST" and not is_deletion)


def catalog_reception(action: Action, body: bytes, fault: Fault | None, store: Store) -> Response:
    """The response to a body, plain or as the fault wants it."""
    items = items_or_reply(body, fault)
    if isinstance(items, Response):
        return items
    blamed = {
        number: faults
        for number, item in enumerate(items)
        if (faults := tuple(faults_in(action.collection, item, is_whole=action.is_whole)))
    }
    if fault is not None and fault.partial:
        blamed |= named_by(fault, items)
    if blamed:
        return rejected(items, blamed)
    arrivals = tuple(
        deleted(action, items, store) if action.is_deletion else made(action, items, store)
    )
    content = {"status": "ACCEPTED", "acceptedCount": len(items)}
    return Response(HTTPStatus.OK, orjson.dumps(content), arrivals=arrivals, items=len(items))


def rejected(items: Sequence[Any], blamed: Mapping[int, Sequence[tuple[str, str]]]) -> Response:
    """The refusal of a whole request, naming the items that are to blame."""
    errors = [
        {"itemIndex": number, "code": code, "message": message, "value": ""}
        for number, faults in blamed.items()
        for code, message in faults
    ]
    content = {
        "status": "FAILED",
        "message": f"Items validation failed for {len(blamed)} items",
        "errors": errors,
    }
    return Response(HTTPStatus.BAD_REQUEST, orjson.dumps(content), items=len(items))


def made(action: Action, items: Sequence[Item], store: Store) -> Iterator[Arrival]:
    """What is created, replaced or changed, but for what is ignored."""
    collection, books = action.collection, known_books(store)
    for item in items:
        if not action.is_whole:
            held = store.body(collection.name, identity_of(collection, item))
            if held is None:
                continue
            item = {**orjson.loads(held), **item}  # noqa: PLW2901 — the whole of it
        if needs_of(collection, item) <= books:
            if collection is BOOKS:
                books.add(item["priceBookId"])
            yield arrival(collection, item, is_deleted=False)


def known_books(store: Store) -> set[str]:
    """The ids of the price books that are there."""
    return {orjson.loads(body)["priceBookId"] for body in store.bodies(BOOKS.name)}


def needs_of(collection: Collection, item: Item) -> set[str]:
    """The price books without which an entity is ignored."""
    if collection is PRICES:
        return {item["priceBookId"]}
    return {item["parentId"]} if collection is BOOKS and item.get("parentId") else set()


def deleted(action: Action, items: Sequence[Item], store: Store) -> Iterator[Arrival]:
    """What is deleted, and what that takes along."""
    for item in items:
        yield arrival(action.collection, item, is_deleted=True)
        if action.collection is CATEGORIES:
            yield from categories_below(item, store)
        if action.collection is BOOKS:
            yield from books_below(item["priceBookId"], store)


def categories_below(item: Item, store: Store) -> Iterator[Arrival]:
    """The deletions of all categories below one."""
    for held in map(orjson.loads, store.bodies(CATEGORIES.name)):
        if held["source"] == item["source"] and held["slug"].startswith(f"{item['slug']}/"):
            yield taken_along(CATEGORIES, held)


def books_below(book: str, store: Store) -> Iterator[Arrival]:
    """The deletions of the prices of a price book, of its children, and of theirs."""
    for held in map(orjson.loads, store.bodies(PRICES.name)):
        if held["priceBookId"] == book:
            yield taken_along(PRICES, held)
    for held in map(orjson.loads, store.bodies(BOOKS.name)):
        if held.get("parentId") == book:
            yield taken_along(BOOKS, held)
            yield from books_below(held["priceBookId"], store)


def identity_of(collection: Collection, item: Item) -> dict[str, Any]:
    """The fields that identify an entity."""
    return {name: item[name] for name in collection.contract.identity}


def arrival(collection: Collection, item: Item, *, is_deleted: bool) -> Arrival:
    """The entity as it is kept."""
    identity = identity_of(collection, item)
    return Arrival(collection.name, identity, is_deleted, orjson.dumps(item))


def taken_along(collection: Collection, held: Item) -> Arrival:
    """The deletion of what nobody named."""
    return arrival(collection, identity_of(collection, held), is_deleted=True)
