"""What must be known of a shop before its feeds can be read."""
