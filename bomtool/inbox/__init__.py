"""The watched folder: a BOM file dropped into it is read, pushed, approved, costed and reported exactly once, and moves to
`done/` or `failed/` with its outcome beside it.

How a file travels: `scan` sees it, `settle` waits until nobody writes to it, `snapshot` takes its bytes, `ledger` makes
sure that one watcher works on its content, `work` carries it out with what `journey` offers, `placing` puts file and
outcome where people look. `watching` is the loop around that.
"""
