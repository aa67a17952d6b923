"""The demonstration: a shop that is edited while everybody can watch the edits arrive."""

from daemon.sandbox.demo.show import show

__all__ = ["show"]
