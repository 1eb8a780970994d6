"""The steps: pure functions from tables to a table, one a file.

A step knows nothing of terminals, files or options' spelling. It takes observations (a LazyFrame or DataFrame that
conforms to the contract in `pmcli.tables`), returns a LazyFrame of one of the contract's tables, and says what a reader
should know through `pmcli.notes`.
"""
