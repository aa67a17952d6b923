"""Random histories of a shop, and the proof that following them ends where a full build would."""
