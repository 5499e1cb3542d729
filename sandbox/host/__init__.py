"""Builds and runs the sandbox bench. Standard library only, since it runs before any environment exists."""
