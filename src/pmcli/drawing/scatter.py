"""Counts by population: a point a force, and the line on which counts are in proportion to population."""

from __future__ import annotations

from dataclasses import dataclass

from pmcli.drawing.forces import Forces, forces_end, forces_frame, forces_keys, forces_named, forces_points
from pmcli.drawing.layout import Key
from pmcli.drawing.palette import COMPARATOR, FORCES
from pmcli.drawing.scene import Scene
from pmcli.drawing.text import ticks


@dataclass(frozen=True)
class Scatter(Forces):
    """A scatter plot. series: the forces by role; the line, by its ends."""

    kind = "scatter"

    def scene(self, width: float) -> Scene:
        """Points of counts by population, and the line on which the two are in proportion."""
        forces = [series for series in self.series if series.role in FORCES]
        line = next((series for series in self.series if series.role == "comparator"), None)
        keys = forces_keys(forces) + ([Key(line.name, COMPARATOR)] if line else [])
        largest = max([at for series in forces for at in series.x], default=1.0)
        highest = max([value for series in self.series for value in series.y if value is not None], default=1.0)
        lowest = min([0.0, *(value for series in forces for value in series.y if value is not None)])
        scene = forces_frame(self, width, keys, (0.0, largest), ticks(lowest, highest, 5))
        if line is not None:
            scene.line(line.x, line.y, COMPARATOR)
        forces_points(scene, forces)
        slope = (line.y[1] or 0.0) / line.x[1] if line is not None and line.x[1] else 0.0
        forces_named(scene, forces, by=lambda at, value: abs(value - slope * at))
        return forces_end(scene, self)
