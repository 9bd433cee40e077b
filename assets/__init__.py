"""Data of the Lumbar Block Planner: meshes, atlas content and the measurements behind them."""
