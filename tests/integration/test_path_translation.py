"""Destinations that know items by another identity: renamed, passed on, killed, told again."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import orjson
import pytest
from drift_checks import drift
from world import THINGS, Shelf

from daemon.core.delivery import Result, Verdict
from daemon.core.translation import Echo, Translation, known_as
from daemon.database import claims
from daemon.database.claims import Claim
from daemon.database.dead_letters import Letters, select_letters
from daemon.database.pending import Priority
from daemon.errors import ClaimLostError
from daemon.sync.baseline import request_baselines
from daemon.sync.batch import process
from daemon.sync.examine import examine
from daemon.sync.recover import recover
from daemon.sync.resync import ORDERED, find_ids, resync_ids
from daemon.sync.terms import terms_of

NAMED = replace(THINGS, owners=None)
"""Things by their names there, which are not made of their skus: nobody is asked about those."""

DOWN = Result(Verdict.FAILED, "503 Service Unavailable", 503)


def translate(item):
    """A thing by its name, in place of its sku; one without a name has no place."""
    content = orjson.loads(item.content)
    if content["name"]:
        identity = {"slug": content["name"], "scope": content["scope"]}
        yield known_as(item, identity, {"of": content["sku"]})


BY_NAME = Translation("1", translate)


class Killed(BaseException):
    """The process ends here."""


@dataclass
class Catalogue(Shelf):
    """A shelf that knows things by their names, and takes along what lies below a deleted one."""

    name: str = "catalogue"
    translations: dict[str, Translation] = field(default_factory=lambda: {"things": BY_NAME})

    def _take(self, item, is_tombstone):
        self.log.append({**item, "tombstone": is_tombstone})
        result = self.answer(item)
        key = (item["slug"], item["scope"])
        if result.verdict is Verdict.ACCEPTED and is_tombstone:
            below = [one for one in self.items if one[0].startswith(f"{key[0]}/")]
            for one in (key, *below):
                self.items.pop(one, None)
        elif result.verdict is Verdict.ACCEPTED:
            self.items[key] = item["of"]
        return result

    def told(self):
        told = [(item["slug"], item["tombstone"]) for item in self.log]
        self.log.clear()
        return told


@pytest.fixture
def catalogue(world):
    """The only destination of the world."""
    shelf = Catalogue()
    put(world, shelf)
    return shelf


@pytest.fixture
def tree(world):
    """The only destination of the world: what lies below a deleted thing is told again."""

    def below(deleted):
        return [Echo("things", (f'"slug":"{one["slug"]}/',)) for one in deleted]

    shelf = Catalogue(translations={"things": replace(BY_NAME, after_deletion=below)})
    put(world, shelf)
    return shelf


def put(world, *shelves, **values):
    world.context = replace(world.new_context(*shelves), feeds=(NAMED,), **values)
    world.engine = world.new_engine()


def held(catalogue):
    return {slug: sku for (slug, _), sku in catalogue.items.items()}


def test_another_identity_there_is_a_deletion_and_a_creation(world, catalogue):
    world.add("a")
    world.drain()
    world.run("UPDATE thing SET name = 'new' WHERE sku = 'a'")
    world.drain()
    assert sorted(catalogue.told()) == [("new", False), ("the a", False), ("the a", True)]
    assert held(catalogue) == {"new": "a"}
    assert [one.equal for one in examine(world.context, NAMED, [1]).values()] == [1]


def test_a_deletion_carries_what_the_destination_was_told_last(world, catalogue):
    world.add("a")
    world.drain()
    catalogue.log.clear()
    world.run("DELETE FROM thing", "DELETE FROM thing_scope")
    world.drain()
    [told] = catalogue.log
    assert told == {"sku": "a", "slug": "the a", "scope": "web", "tombstone": True}


def test_what_has_no_place_there_any_more_is_deleted(world, catalogue):
    world.add("a")
    world.drain()
    world.run("UPDATE thing SET name = ''")
    world.drain()
    assert held(catalogue) == {}


@pytest.mark.parametrize("first", ["a", "b"])
def test_an_identity_that_passes_to_another_entity_stays(world, catalogue, first):
    world.add("a")
    world.drain()
    world.run("UPDATE thing SET name = 'new' WHERE sku = 'a'")
    world.add("b")
    world.run("UPDATE thing SET name = 'the a' WHERE sku = 'b'")
    world.engine._collector.collect()
    hold_back(world, {"a": 2, "b": 1}[first])
    world.drain()
    world.make_due()
    world.drain()
    assert held(catalogue) == {"new": "a", "the a": "b"}
    world.run("DELETE FROM thing WHERE sku = 'b'")
    world.drain()
    assert held(catalogue) == {"new": "a"}


def hold_back(world, entity_id):
    with world.shop.begin() as connection:
        connection.exec_driver_sql(
            f"UPDATE cfs_pending SET due_at = '2030-01-01' WHERE entity_id = {entity_id}"
        )


def test_a_process_that_is_killed_between_deletion_and_creation_sends_both_again(world, catalogue):
    world.add("a")
    world.drain()
    world.run("UPDATE thing SET name = 'new'")

    def answer(item):
        if "of" not in item:
            return Result(Verdict.ACCEPTED, status=200)
        raise Killed

    catalogue.items.clear()
    catalogue.answer = answer
    with pytest.raises(Killed):
        world.drain()
    catalogue.answer = Shelf().answer
    catalogue.told()
    world.expire_claims()
    put(world, catalogue)
    world.drain()
    assert sorted(catalogue.told()) == [("new", False), ("the a", True)]
    assert held(catalogue) == {"new": "a"}


def test_a_deletion_that_failed_comes_again_though_the_creation_went_well(world, catalogue):
    world.add("a")
    world.drain()
    catalogue.answer = lambda item: DOWN if "of" not in item else Shelf().answer(item)
    world.run("UPDATE thing SET name = 'new'")
    world.drain()
    assert held(catalogue) == {"the a": "a", "new": "a"}
    catalogue.answer = Shelf().answer
    world.make_due()
    recover(world.context)
    world.drain()
    assert held(catalogue) == {"new": "a"}


def test_each_destination_has_its_own_terms_and_none_waits_for_another(world):
    plain, catalogue = Shelf(), Catalogue(answer=lambda _: DOWN)
    put(world, plain, catalogue)
    world.add("a")
    world.drain()
    world.run("UPDATE thing SET name = 'new'")
    world.drain()
    assert plain.items == {("a", "web"): "new"}
    catalogue.answer = Shelf().answer
    plain.told()
    world.make_due()
    recover(world.context)
    world.drain()
    assert (held(catalogue), plain.told()) == ({"new": "a"}, [])


def test_what_a_deletion_took_along_is_sent_again_and_nothing_else(world, tree):
    world.add("a", "b", "c")
    world.run("UPDATE thing SET name = CASE sku WHEN 'b' THEN 'the a/b' ELSE name END")
    world.drain()
    tree.told()
    world.run("UPDATE thing SET name = 'new' WHERE sku = 'a'")
    world.drain()
    assert held(tree) == {"new": "a", "the a/b": "b", "the c": "c"}
    assert sorted(tree.told()) == [("new", False), ("the a", True), ("the a/b", False)]


def test_a_deletion_of_which_no_reply_came_takes_nothing_along_for_good(world, tree):
    """It was taken and nobody knows; the next that is sent is the item itself, back again."""
    world.add("a", "b")
    world.run("UPDATE thing SET name = 'the a/b' WHERE sku = 'b'")
    world.drain()

    def taken_in_silence(_):
        tree.items.clear()
        return DOWN

    tree.answer = taken_in_silence
    world.run("UPDATE thing SET name = '' WHERE sku = 'a'")
    world.drain()
    tree.answer = Shelf().answer
    world.run("UPDATE thing SET name = 'the a' WHERE sku = 'a'")
    world.drain()
    assert held(tree) == {"the a": "a", "the a/b": "b"}


def test_a_deletion_that_arrives_after_its_claim_was_lost_takes_nothing_along_for_good(world, tree):
    """A worker stands still before its deletion goes out; another creates the item again."""
    world.add("a", "b")
    world.run("UPDATE thing SET name = 'the a/b' WHERE sku = 'b'")
    world.drain()

    def stand_still(_):
        tree.answer = Shelf().answer
        world.expire_claims()
        world.run("UPDATE thing SET name = 'the a' WHERE sku = 'a'")
        world.new_engine().drain()
        return Result(Verdict.ACCEPTED, status=200)

    world.run("UPDATE thing SET name = '' WHERE sku = 'a'")
    world.engine._collector.collect()
    tree.answer = stand_still
    wanted = Claim("things", Priority.LIVE, 50, "slow:1:1-1", 60.0)
    batch = world.context.transact(claims.claim, world.own, wanted)
    with pytest.raises(ClaimLostError):
        process(world.context, batch)
    assert held(tree) == {}
    world.drain()
    assert held(tree) == {"the a": "a", "the a/b": "b"}


def test_what_was_on_its_way_as_it_was_taken_along_is_told_again(world, tree):
    """It had arrived, and nobody knew yet; the deletion of what it lies below came after."""
    world.add("a", "b")
    world.run("UPDATE thing SET name = 'the a/b' WHERE sku = 'b'")
    world.drain()

    def delete_what_is_above():
        tree.meanwhile = lambda: None
        world.run("UPDATE thing SET name = '' WHERE sku = 'a'")
        world.new_engine().drain()

    tree.meanwhile = delete_what_is_above
    world.run("UPDATE thing SET sku = 'z' WHERE sku = 'b'")
    world.drain()
    assert held(tree) == {"the a/b": "z"}


def test_what_is_told_again_goes_to_that_destination_alone(world, tree):
    shelf = Shelf()
    put(world, tree, shelf)
    world.add("a", "b")
    world.run("UPDATE thing SET name = 'the a/b' WHERE sku = 'b'")
    world.drain()
    tree.told(), shelf.told()
    world.run("DELETE FROM thing WHERE sku = 'a'", "DELETE FROM thing_scope WHERE entity_id = 1")
    world.drain()
    assert tree.told() == [("the a", True), ("the a/b", False)]
    assert shelf.told() == [("a", True)]
    assert held(tree) == {"the a/b": "b"}


def test_an_order_to_send_means_all_that_an_entity_is_there(world, catalogue):
    world.add("a", "b")
    world.run("INSERT INTO thing_scope VALUES (1, 'app')")
    world.drain()
    catalogue.told()
    [found] = find_ids(world.context, NAMED, ["a"]).values()
    resync_ids(world.context, NAMED, [found], ORDERED)
    world.drain()
    assert catalogue.told() == [("the a", False), ("the a", False)]
    assert {scope for _, scope in catalogue.items} == {"web", "app"}


def test_a_refused_item_is_known_by_the_name_that_people_have_for_it(world, catalogue):
    catalogue.answer = lambda _: Result(Verdict.REFUSED, "no", 400)
    world.add("a")
    world.drain()
    with world.shop.connect() as connection:
        [letter] = connection.execute(select_letters(world.own, Letters("things", "sku")))
    assert (letter.key, letter.destination) == ("a", "catalogue")


def test_what_a_creation_calls_for_is_sent_again_when_it_is_new_and_not_when_it_changes(world):
    def all_of_web(created):
        return [Echo("things", ('"slug":"the b"',)) for one in created if one["slug"] == "the a"]

    catalogue = Catalogue(translations={"things": replace(BY_NAME, after_creation=all_of_web)})
    put(world, catalogue)
    world.add("b")
    world.drain()
    world.add("a")
    world.drain()
    assert catalogue.told() == [("the b", False), ("the a", False), ("the b", False)]
    world.run("UPDATE thing SET sku = 'z' WHERE sku = 'a'")
    world.drain()
    assert catalogue.told() == [("the a", False)]


def test_other_rules_of_a_translation_send_what_differs(world, catalogue):
    world.add("a", "b")
    request_baselines(world.context)
    world.drain()
    catalogue.told()

    def otherwise(item):
        for one in translate(item):
            yield one._replace(hash=one.hash[::-1]) if b'"of":"b"' in one.content else one

    assert request_baselines(world.context) == []
    catalogue.translations["things"] = Translation("2", otherwise)
    assert request_baselines(world.context) == ["things"]
    world.drain()
    assert catalogue.told() == [("the b", False)]


def test_other_rules_of_a_translation_are_not_for_two_daemons_of_one_database(world, catalogue):
    def terms():
        with world.context.looking() as (_, shop):
            return terms_of(world.context.feeds, [catalogue], shop)

    before = terms()
    assert terms() == before
    catalogue.translations["things"] = replace(BY_NAME, made_by="2")
    assert terms() != before


def test_drift_is_judged_by_what_the_destination_knows(world, catalogue):
    world.add("a")
    world.drain()
    world.drop_triggers()
    world.run("UPDATE thing SET name = 'new'")
    [found] = examine(world.context, NAMED, [1]).values()
    assert sorted((one.kind.value, one.entity_id) for one in found.suspects) == [
        ("missing", 1),
        ("surplus", 1),
    ]


@pytest.fixture(params=[1, 50], ids=["one by one", "together"])
def alike(request, world, catalogue):
    """Two things that the destination knows by the same name."""
    world.engine = world.new_engine(batch_entities=request.param)
    world.add("a", "b")
    world.run("UPDATE thing SET name = 'x'")
    world.drain()
    return catalogue


def test_of_two_that_are_the_same_there_the_first_is_sent(world, alike):
    assert held(alike) == {"x": "a"}
    for sku in "abab":
        world.run(f"UPDATE thing SET note = CONCAT(COALESCE(note, ''), '+') WHERE sku = '{sku}'")
        world.run(
            f"INSERT INTO thing_scope SELECT entity_id, '{sku}' FROM thing WHERE sku = '{sku}'"
        )
        world.drain()
        world.run(f"DELETE FROM thing_scope WHERE scope = '{sku}'")
        world.drain()
    assert held(alike) == {"x": "a"}
    rows = world.rows(world.own.items["things"])
    [told] = [row["error"] for row in rows if row["outcome"] == "failed"]
    assert told == "entity 1 has the same identity, and is sent in its place"
    assert drift(world.context) == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("UPDATE thing SET name = 'y' WHERE sku = 'a'", {"y": "a", "x": "b"}),
        ("UPDATE thing SET name = 'y' WHERE sku = 'b'", {"x": "a", "y": "b"}),
        ("UPDATE thing SET name = NULL WHERE sku = 'a'", {"x": "b"}),
        ("DELETE FROM thing WHERE sku = 'a'", {"x": "b"}),
        ("DELETE FROM thing WHERE sku = 'b'", {"x": "a"}),
    ],
)
def test_what_one_of_the_two_gives_up_the_other_gets(world, alike, change, expected):
    world.run(change)
    world.drain()
    assert held(alike) == expected
    assert all(row["outcome"] == "exported" for row in world.rows(world.own.items["things"]))


@pytest.mark.parametrize("batch", [1, 50], ids=["one by one", "together"])
def test_a_name_may_pass_from_one_to_another_at_once(world, catalogue, batch):
    world.engine = world.new_engine(batch_entities=batch)
    world.add("a", "b")
    world.drain()
    world.run(
        "UPDATE thing SET name = 'the b' WHERE sku = 'a'",
        "UPDATE thing SET name = 'the c' WHERE sku = 'b'",
    )
    world.drain()
    assert held(catalogue) == {"the b": "a", "the c": "b"}
    world.run(
        "UPDATE thing SET name = 'the d' WHERE sku = 'a'",
        "UPDATE thing SET name = 'the b' WHERE sku = 'b'",
    )
    world.drain()
    assert held(catalogue) == {"the d": "a", "the b": "b"}
