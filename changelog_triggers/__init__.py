"""Database triggers that write the ids of changed entities into changelog tables.

Stands alone: it knows neither feeds nor HTTP. Subscriptions (values) are compiled to triggers (text
and hash), compared with what the server has, and the difference is applied.
"""

from changelog_triggers.ddl import changelog_ddl
from changelog_triggers.errors import BusyError, CaptureError
from changelog_triggers.install import (
    changelogs_of,
    desired,
    install,
    install_sql,
    missing_changelogs,
    read_states,
    run_steps,
    uninstall,
    uninstall_sql,
)
from changelog_triggers.installed import ServerState, read_server
from changelog_triggers.script import Step
from changelog_triggers.status import InstalledTrigger, Status, TriggerState, compare
from changelog_triggers.watch import Watch, merged, tables_of

__all__ = [
    "BusyError",
    "CaptureError",
    "InstalledTrigger",
    "ServerState",
    "Status",
    "Step",
    "TriggerState",
    "Watch",
    "changelog_ddl",
    "changelogs_of",
    "compare",
    "desired",
    "install",
    "install_sql",
    "merged",
    "missing_changelogs",
    "read_server",
    "read_states",
    "run_steps",
    "tables_of",
    "uninstall",
    "uninstall_sql",
]
