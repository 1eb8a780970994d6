"""The pack: the whole report of one force, gathered once for all forces, as a page, a workbook and Markdown."""
