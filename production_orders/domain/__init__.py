"""The rules of production orders, in plain Python: no framework, no database, no floats."""
