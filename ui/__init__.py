"""Qt and VTK side of the Lumbar Block Planner; imports planner, never the reverse."""

APP_NAME = "Lumbar Block Planner"
