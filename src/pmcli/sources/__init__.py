"""Extract layouts. `load` turns files into observations; SOURCES is the literal table of the layouts it knows.

A layout is one file in this folder: the columns that its header must have, and `read`, which turns tables of text into
a long frame of measure, area, period and value. Recognising the layout, the catalogue's `where`, force names, keys and
the final conforming are done here, once for all of them.
"""
