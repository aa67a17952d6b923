import pytest

from daemon.commerce.config import Config
from daemon.feeds._directives import expanded

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
        ('{{config path="trans_email/ident_general/email"}}', None),
        ('{{media file="a.jpg"}}', None),
        ('{{widget type="X" url="a"}}', None),
        ("{{block id='x'}} {{var name}}", None),
        ('{{media url="a.jpg"}} {{trans "x"}}', 'https://cdn.test/m/a.jpg {{trans "x"}}'),
    ],
)
def test_a_directive_is_filled_in_where_it_stands_for_an_address(text, shown):
    assert expanded(text, CONFIG) == (text if shown is None else shown)


def test_an_address_that_is_another_one_is_expanded_in_its_turn():
    config = Config({**CONFIG.values, ("default", 0, "web/secure/base_url"): "{{base_url}}"}, {})
    assert expanded("{{config path='web/secure/base_url'}}", config) == "https://shop.test/"
