"""The path: changelog, pending, batch, outcome; and the sources that put ids on it."""
