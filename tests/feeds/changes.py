"""What triggers catch of an edit, and the items that it makes stale."""

from daemon.core.affected import affected
from daemon.database.changelogs import changelog_table, read_changes
from daemon.sync.collect import attribute_codes

WHOLE = "all"


def edit(shop, statement, **names):
    """Run an edit: `{p}` is the prefix, `{link}` the column that EAV tables are keyed by."""
    shop.execute(statement.format(p=shop.layout.prefix, link=shop.layout.link, **names))


def stale(shop, feeds):
    """Feed → the ids that the changelogs lead to, or WHOLE."""
    known, found = shop.read(), {}
    edges = [(feed, edge) for feed in feeds for edge in feed.edges(known)]
    for changelog in {edge.on.changelog for _, edge in edges}:
        table = changelog_table(changelog, shop.layout.prefix)
        changes = read_changes(shop.connection, table, 1000)
        starting = [pair for pair in edges if pair[1].on.changelog == changelog]
        for one in affected(changes, starting, attribute_codes(known)):
            before, ids = found.get(one.feed.name, set()), ids_of(shop, known, one)
            found[one.feed.name] = WHOLE if WHOLE in (before, ids) else before | ids
    return found


def ids_of(shop, known, one):
    if one.is_whole:
        return WHOLE
    if one.edge.widen is None:
        return set(map(int, one.ids))
    return set(shop.ids(one.edge.widen(known, one.ids)))
