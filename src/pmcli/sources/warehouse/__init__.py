"""Crime records counted where they lie: one SQL query that gives the observations that `pm load` would make of them.

The query is made of a mapping of records and the catalogue's conditions (query.py and what it calls), written in the
warehouse's own dialect by sqlglot (dialects.py), and run through Ibis where pm is connected (connect.py, load.py).
Nothing here is imported by a command that was not asked for it: the libraries come with the extra `warehouse`.
"""
