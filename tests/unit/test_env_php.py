import pytest
import sqlalchemy as sa

from daemon.commerce.env_php import Deployment, deployment, read_deployment
from daemon.errors import ConfigurationError

ENV = r"""<?php
return [
    'backend' => ['frontName' => 'admin_1x'],
    'crypt' => ['key' => 'f00dcafe'],
    'db' => [
        'table_prefix' => 'm2_',
        'connection' => [
            'default' => [
                'host' => 'db.internal:3307',
                'dbname' => 'shop',
                'username' => 'shop@eu',
                'password' => 'p@ss:w/rd\'s',
                'model' => 'mysql4',
                'engine' => 'innodb',
                'initStatements' => 'SET NAMES utf8;',
                'active' => '1',
                'driver_options' => [1014 => false],
            ],
        ],
    ],
    'MAGE_MODE' => \Magento\Framework\App\State::MODE_PRODUCTION,
    'cache_types' => array('config' => 1, 'layout' => 1),
    'system' => [
        'default' => [
            'web' => [
                'unsecure' => ['base_url' => 'https://shop.test/'],
                'seo' => ['use_rewrites' => true],
            ],
            'cataloginventory' => ['item_options' => ['manage_stock' => 0, 'min_qty' => 0.5]],
            'payment' => ['checkmo' => ['active' => '0', 'secret' => 's3cret']],
        ],
        'stores' => ['en' => ['web' => ['unsecure' => ['base_url' => 'https://en.test/']]]],
        'websites' => ['base' => ['payment' => ['checkmo' => ['active' => '1']]]],
    ],
];
"""


@pytest.fixture
def root(tmp_path):
    (tmp_path / "app" / "etc").mkdir(parents=True)
    (tmp_path / "app" / "etc" / "env.php").write_text(ENV, encoding="utf-8")
    return tmp_path


def connected(**values):
    return deployment({"db": {"connection": {"default": {"dbname": "shop", **values}}}})


def url(**values):
    return sa.make_url(connected(**values).database_url)


def test_a_deployment_is_read_from_its_file(root):
    assert read_deployment(root) == Deployment(
        "mysql+pymysql://shop%40eu:p%40ss%3Aw%2Frd%27s@db.internal:3307/shop?charset=utf8mb4",
        "m2_",
        {
            "web/unsecure/base_url": "https://shop.test/",
            "web/seo/use_rewrites": "1",
            "cataloginventory/item_options/manage_stock": "0",
            "cataloginventory/item_options/min_qty": "0.5",
        },
        ("stores/en/web/unsecure/base_url",),
    )


def test_the_password_comes_back_as_it_was(root):
    assert sa.make_url(read_deployment(root).database_url).password == "p@ss:w/rd's"


def test_a_deployment_shows_no_password(root):
    assert "ss:w" not in repr(read_deployment(root))
    assert "%40ss" not in repr(read_deployment(root))


@pytest.mark.parametrize(
    ("values", "place"),
    [
        ({"host": "db"}, ("db", None, None)),
        ({}, ("localhost", None, None)),
        ({"host": "127.0.0.1:3308"}, ("127.0.0.1", 3308, None)),
        ({"host": "db", "port": "3309"}, ("db", 3309, None)),
        ({"host": "localhost:/run/m.sock"}, ("localhost", None, "/run/m.sock")),
        ({"host": "/run/m.sock"}, ("localhost", None, "/run/m.sock")),
        ({"unix_socket": "/run/m.sock", "port": 3306}, ("localhost", None, "/run/m.sock")),
        ({"host": "::1"}, ("::1", None, None)),
    ],
)
def test_a_host_is_read_in_each_of_its_forms(values, place):
    found = url(**values)
    assert (found.host, found.port, found.query.get("unix_socket")) == place


def test_an_account_may_have_no_password():
    assert connected(username="root", password="").database_url == (
        "mysql+pymysql://root@localhost/shop?charset=utf8mb4"
    )


def test_a_deployment_without_prefix_and_system_has_neither():
    found = connected(username="root")
    assert (found.table_prefix, found.config, found.scoped) == ("", {}, ())


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("<?php return ['db' => []];", "db/connection/default/dbname is missing"),
        (
            "<?php return ['db' => ['connection' => ['default' => ['dbname' => getenv('DB')]]]];",
            "db/connection/default/dbname is an expression, which only PHP can tell",
        ),
        ("<?php", "the file returns nothing"),
        ("<?php return ['a' ;", "line 1: expected ] or a comma"),
    ],
)
def test_an_unusable_file_is_refused_with_the_reason(root, content, reason):
    (root / "app" / "etc" / "env.php").write_text(content, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=f"env.php: {reason}"):
        read_deployment(root)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ConfigurationError, match=r"app/etc/env.php: No such file"):
        read_deployment(tmp_path)
