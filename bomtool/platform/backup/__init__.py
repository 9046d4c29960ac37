"""Backup and restore of a platform: database and documents in one file, on SQLite and PostgreSQL alike.

The file is a zip archive of `manifest.json`, `database.sqlite3` and `documents/ORG/ID`. Whatever database the platform
has, the archive holds its tables as a SQLite file of the same schema, so that it is restored onto either.
"""
