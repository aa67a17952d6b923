"""Categories by their slug, the path of URL keys from the top category down.

Only those that are active have a place: the API has no way to say that one isn't. A category that
is renamed or moved is another one there, and so are all below it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from daemon.core.item import Built, FeedItem, canonical
from daemon.core.translation import Echo, UntranslatableError, known_as
from daemon.destination.optimizer.terms import Terms, content_of, meta_tags, set_fields, slug_of

NAME_CHARACTERS = 128
SLUG_CHARACTERS = 1024
ROOT_LEVEL = 1
"""The level of the root category of a store, which is in no slug."""


def translate(item: FeedItem, terms: Terms) -> Iterator[Built]:
    """The category of a locale."""
    content = content_of(item)
    source = terms.source(content["storeViewCode"])
    if source is None or content["level"] <= ROOT_LEVEL or not content.get("isActive"):
        return
    slug = slug_of(content["urlPath"])
    if len(slug) > SLUG_CHARACTERS:
        raise UntranslatableError(
            f"its slug has {len(slug)} characters; the destination takes {SLUG_CHARACTERS}"
        )
    name = (content.get("name") or slug.rpartition("/")[2])[:NAME_CHARACTERS]
    image = content.get("image")
    fields = {"name": name} | set_fields(
        description=content.get("description"),
        metaTags=meta_tags(content, "metaKeywords"),
        images=[{"url": image, "label": name, "roles": ["BASE"]}] if image else None,
    )
    yield known_as(item, {"slug": slug, "source": source}, fields)


def below(deleted: Sequence[Mapping[str, Any]]) -> Iterator[Echo]:
    """What deletions take along at the service: all below the highest of these categories."""
    known = {(canonical(one["source"]).decode(), one["slug"]) for one in deleted}
    for source, slug in sorted(known):
        if not any((source, above) in known for above in ancestors(slug)):
            yield Echo("categories", (f'"slug":"{slug}/', f'"source":{source}'))


def ancestors(slug: str) -> Iterator[str]:
    """The slugs of the categories above."""
    while slug := slug.rpartition("/")[0]:
        yield slug
