from daemon.sync.floors import FULL_LOOK_SECONDS, TRAIL_SECONDS, Floor


def test_the_first_look_begins_at_the_start():
    assert Floor().next(100.0) == 0


def test_the_floor_trails_far_behind():
    floor = Floor()
    floor.next(0.0)
    floor.saw(0.0, 50)
    floor.saw(5.0, 90)
    assert floor.next(FULL_LOOK_SECONDS - 1) == 0
    floor.next(TRAIL_SECONDS - 1)
    assert floor.next(TRAIL_SECONDS + 1) == 50
    assert floor.next(TRAIL_SECONDS + 6) == 90


def test_every_now_and_then_a_look_begins_at_the_start():
    floor = Floor()
    floor.saw(0.0, 50)
    floor.next(TRAIL_SECONDS)
    assert floor.next(TRAIL_SECONDS + 1) == 50
    assert floor.next(TRAIL_SECONDS + FULL_LOOK_SECONDS) == 0
