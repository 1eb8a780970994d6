"""Drawing: one class for each kind of chart, and the media it is drawn on: SVG, PNG, a terminal, a workbook."""
