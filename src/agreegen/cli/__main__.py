"""`python -m agreegen.cli`, where the script of the install isn't on the path."""

from agreegen.cli import main

main()
