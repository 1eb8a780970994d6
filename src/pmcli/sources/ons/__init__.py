"""ONS police force area workbooks."""
