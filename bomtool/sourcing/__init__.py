"""How many, from whom, what it costs: pure arithmetic on Decimal, no I/O beside the tables in `templates/`."""
