"""What a command is called with: the settings file, and what is made of it when asked for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from daemon.app import App
    from daemon.settings import Settings


@dataclass
class Invocation:
    """One call of the command line. `@click.pass_obj` hands it to a command.

    config: the settings file.
    """

    config: Path

    @cached_property
    def settings(self) -> Settings:
        """The settings as they were when first asked for.

        Raises:
            ConfigurationError: they are wrong.
        """
        return self.reread()

    def reread(self) -> Settings:
        """The settings as they are now; from now on the log is written as they say.

        Raises:
            ConfigurationError: they are wrong.
        """
        from daemon.log import configure_logging  # noqa: PLC0415 — `init` needs none of this
        from daemon.settings import load_settings  # noqa: PLC0415

        settings = load_settings(self.config)
        configure_logging(settings.log)
        return settings

    @cached_property
    def app(self) -> App:
        """Everything wired.

        Raises:
            ConfigurationError: the settings are wrong.
        """
        from daemon.app import App  # noqa: PLC0415

        return App(self.settings)
