"""What it takes to try the product alone: a sample shop, a database server, a receiver."""
