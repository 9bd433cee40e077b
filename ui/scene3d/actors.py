"""How actors are made and shaded: the shader text of each kind of tissue, mappers, and their uniforms."""

from __future__ import annotations

from typing import Literal

from vtkmodules.vtkCommonDataModel import vtkDataObject, vtkPolyData
from vtkmodules.vtkRenderingCore import vtkActor, vtkPolyDataMapper

from planner.atlas.meshes import Mesh
from ui.scene3d import geometry, materials, shaders

SKIN = "skin"
Role = Literal["casing", "ghost"]
COMPANION_TEXTS: dict[Role, tuple[str, str]] = {
    "casing": (shaders.CASING_VERTEX_IMPL, shaders.CASING_LIGHT_IMPL),
    "ghost": (shaders.GHOST_VERTEX_IMPL, shaders.GHOST_LIGHT_IMPL),
}


def mapper(data: vtkPolyData, structure: str) -> vtkPolyDataMapper:
    """A mapper of the mesh with the attributes its shader reads; "" for casings and ghosts: none."""
    mapper = vtkPolyDataMapper()
    mapper.SetInputData(data)
    mapper.ScalarVisibilityOff()
    mapper.SetStatic(True)
    mapper.SetVBOShiftScaleMethod(vtkPolyDataMapper.DISABLE_SHIFT_SCALE)  # shaders read LPS mm
    points = vtkDataObject.FIELD_ASSOCIATION_POINTS
    if structure:
        mapper.MapDataArrayToVertexAttribute("recessMC", geometry.RECESS, points, -1)
    if structure == SKIN:
        mapper.MapDataArrayToVertexAttribute("paintMC", geometry.PAINT, points, -1)
    return mapper


def kind_of(mesh: Mesh, material: materials.Material) -> str:
    """Which shader a structure gets: "skin", "grown" (kept visible from afar), "muscle" or "tissue"."""
    if mesh.id == SKIN:
        return "skin"
    if material.grow_px > 0.0:
        return "grown"
    return "muscle" if material.vary > 0.0 else "tissue"


# Vertex declarations, vertex body, light declarations, light body.
_TEXTS: dict[str, tuple[str, str, str, str]] = {
    "tissue": (
        shaders.TISSUE_VERTEX_DEC,
        shaders.TISSUE_VERTEX_IMPL,
        shaders.TISSUE_LIGHT_DEC,
        shaders.TISSUE_LIGHT_IMPL,
    ),
    "grown": (
        shaders.TISSUE_VERTEX_DEC,
        shaders.GROWN_VERTEX_IMPL,
        shaders.TISSUE_LIGHT_DEC,
        shaders.TISSUE_LIGHT_IMPL,
    ),
    "muscle": (
        shaders.MUSCLE_VERTEX_DEC,
        shaders.MUSCLE_VERTEX_IMPL,
        shaders.MUSCLE_LIGHT_DEC,
        shaders.MUSCLE_COLOUR + shaders.TISSUE_LIGHT_IMPL,
    ),
    "skin": (
        shaders.SKIN_VERTEX_DEC,
        shaders.SKIN_VERTEX_IMPL,
        shaders.SKIN_LIGHT_DEC,
        shaders.SKIN_LIGHT_IMPL,
    ),
}


def dress_shader(actor: vtkActor, kind: str) -> None:
    """Gives an actor the shader of its kind."""
    shader = actor.GetShaderProperty()
    vertex_dec, vertex_impl, light_dec, light_impl = _TEXTS[kind]
    shader.AddVertexShaderReplacement(shaders.VERTEX_DEC, True, vertex_dec, False)
    shader.AddVertexShaderReplacement(shaders.VERTEX_IMPL, True, vertex_impl, False)
    shader.AddFragmentShaderReplacement(shaders.LIGHT_DEC, True, light_dec, False)
    shader.AddFragmentShaderReplacement(shaders.LIGHT_IMPL, True, light_impl, False)


def set_fibres(actor: vtkActor, mesh: Mesh) -> None:
    """Tells the muscle shader the long axis and the two across it, from the spread of the vertices."""
    across = geometry.long_axis_frame(mesh.points_lps)
    uniforms = actor.GetShaderProperty().GetVertexCustomUniforms()
    for name, axis in zip(("fibreL", "fibreU", "fibreW"), across, strict=True):
        uniforms.SetUniform3f(name, [float(part) for part in axis])


def grow(actor: vtkActor, by_px: float) -> None:
    """Widens an actor by pixels along its normals."""
    actor.GetShaderProperty().GetVertexCustomUniforms().SetUniformf("growPx", by_px)


def set_rim(actor: vtkActor, kind: str, colour: materials.Colour | None) -> None:
    """Swaps the light text between plain and rimmed; the rim's colour is a uniform."""
    shader = actor.GetShaderProperty()
    text = _TEXTS[kind][3]
    if colour is not None:
        text = text.replace(shaders.TISSUE_LIGHT_IMPL, shaders.RIMMED_LIGHT_IMPL)
    shader.AddFragmentShaderReplacement(shaders.LIGHT_IMPL, True, text, False)
    if colour is not None:
        shader.GetFragmentCustomUniforms().SetUniform3f("rimColor", list(colour))


def dress_companion(actor: vtkActor, role: Role) -> None:
    """Gives a casing or ghost its shader."""
    vertex, light = COMPANION_TEXTS[role]
    shader = actor.GetShaderProperty()
    shader.AddVertexShaderReplacement(shaders.VERTEX_IMPL, True, vertex, False)
    shader.AddFragmentShaderReplacement(shaders.LIGHT_IMPL, True, light, False)
