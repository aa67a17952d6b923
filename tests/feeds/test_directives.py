import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.commerce.config import Config
from daemon.core.options import Directives
from daemon.feeds._directives import Rendered, rendered

CONFIG = Config(
    {
        ("default", 0, "web/unsecure/base_url"): "https://shop.test/",
        ("default", 0, "web/secure/base_url"): "https://safe.test/",
        ("default", 0, "web/seo/use_rewrites"): "1",
        ("default", 0, "web/unsecure/base_media_url"): "https://cdn.test/m/",
    },
    {},
)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain { text }", "plain { text }"),
        ('<img src="{{media url="a/b.jpg"}}">', '<img src="https://cdn.test/m/a/b.jpg">'),
        ("{{media url='a.jpg'}}", "https://cdn.test/m/a.jpg"),
        ("{{media url=/a.jpg}}", "https://cdn.test/m/a.jpg"),
        ("{{media url=&quot;a b.jpg&quot;}}", "https://cdn.test/m/a b.jpg"),
        ('{{ store url="about" }}', "https://shop.test/about"),
        ('{{store direct_url="about.html"}}', "https://shop.test/about.html"),
        ('{{store url=""}}', "https://shop.test/"),
        ('{{config path="web/unsecure/base_url"}}x', "https://shop.test/x"),
        ("{{config path='web/secure/base_url'}}", "https://safe.test/"),
    ],
)
@pytest.mark.parametrize("directives", Directives)
def test_a_directive_is_filled_in_where_it_stands_for_an_address(text, shown, directives):
    assert rendered(text, CONFIG, directives) == Rendered(shown)


@pytest.mark.parametrize(
    ("text", "kept", "stripped"),
    [
        ('a {{config path="trans_email/ident_general/email"}}', None, "a "),
        ('{{media file="a.jpg"}}', None, ""),
        ('a {{widget type="X" url="a"}} b', None, "a  b"),
        ("{{block id='x'}} {{var name}} {{view url='a'}}", None, "  "),
        (
            '{{media url="a.jpg"}} {{trans "x"}}',
            'https://cdn.test/m/a.jpg {{trans "x"}}',
            "https://cdn.test/m/a.jpg ",
        ),
        ("{{if a}}b{{else}}c{{/if}} {{depend a}}d{{/depend}}", None, "bc d"),
        ("{{WIDGET type=x}}", None, ""),
        (
            """{{widget text="{{media url='a.jpg'}}"}}""",
            '{{widget text="https://cdn.test/m/a.jpg"}}',
            "",
        ),
        ("{{block a='{{var {{trans b}} }}'}}", None, ""),
    ],
)
def test_what_only_the_shop_can_render_is_kept_or_stripped(text, kept, stripped):
    kept = text if kept is None else kept
    assert rendered(text, CONFIG, Directives.KEEP) == Rendered(kept, is_whole=False)
    assert rendered(text, CONFIG, Directives.STRIP) == Rendered(stripped, is_whole=False)


def test_every_directive_of_the_shop_is_known():
    text = (
        "{{media x}}{{store x}}{{config x}}{{widget x}}{{block x}}{{layout x}}{{view x}}{{var x}}"
        "{{customVar x}}{{trans x}}{{depend x}}{{/depend}}{{if x}}{{else}}{{/if}}{{for x}}{{/for}}"
        "{{template x}}{{css x}}{{inlinecss x}}{{protocol x}}"
    )
    assert rendered(text, CONFIG, Directives.STRIP) == Rendered("", is_whole=False)


@pytest.mark.parametrize(
    "text",
    [
        "{{ name }} and {{items.length}} of another template language",
        "{{widget type='x'",
        "widget}} {{",
        "{{}} {{ }} {{/}} {{{{}}}}",
        "{{media url={{}}",
        "{{widget {x} }}",
        "{{" * 50_000 + "}}" * 50_000,
        "{{media " + "a" * 500_000,
        "{{media " * 50_000,
    ],
    ids=lambda text: text[:20],
)
@pytest.mark.parametrize("directives", Directives)
def test_what_is_no_directive_stays(text, directives):
    assert rendered(text, CONFIG, directives) == Rendered(text)


PIECES = st.sampled_from(["{{", "}}", "media", "widget", " ", "url=", '"', "'", "x"])


@given(st.lists(PIECES, max_size=24).map("".join))
def test_rendering_a_rendered_text_changes_nothing(text):
    once = rendered(text, CONFIG, Directives.STRIP)
    assert rendered(once.text, CONFIG, Directives.STRIP).text == once.text
    kept = rendered(text, CONFIG, Directives.KEEP)
    assert rendered(kept.text, CONFIG, Directives.KEEP) == kept


def test_a_long_parameter_takes_no_longer_than_its_length():
    text = "{{media " + "a" * 500_000 + "}}"
    assert rendered(text, CONFIG, Directives.STRIP) == Rendered("", is_whole=False)


def test_an_address_that_is_another_one_is_expanded_in_its_turn():
    config = Config({**CONFIG.values, ("default", 0, "web/secure/base_url"): "{{base_url}}"}, {})
    text = "{{config path='web/secure/base_url'}}"
    assert rendered(text, config, Directives.KEEP) == Rendered("https://shop.test/")
