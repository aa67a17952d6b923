"""`python -m daemon` is `feed-sync`."""

from daemon.cli import main

if __name__ == "__main__":
    main()
