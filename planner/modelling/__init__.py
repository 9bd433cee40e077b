"""From measurement tables to meshes: run once by `python -m planner.modelling`, never by the app."""
