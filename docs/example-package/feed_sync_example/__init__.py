"""A feed of tax classes, and the limits of a purchase as a field of products."""
