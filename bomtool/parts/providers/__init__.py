"""Live prices and stock from services that people have keys of their own for."""
