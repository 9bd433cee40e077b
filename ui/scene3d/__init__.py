"""The 3D picture: an off-screen VTK window, what stands in it, and the widget that paints it.

`view` alone touches actors, `camera` is plain arithmetic, `widget` turns events into signals and poses.
"""
