"""Anatomy and reasoning of the Lumbar Block Planner; imports neither Qt nor VTK."""
