"""How fast, how small and how cheap: measured on a shop, a server and a receiver of its own."""
