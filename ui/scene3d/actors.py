"""How actors are made and shaded: the shader text of each kind of tissue, mappers, and their uniforms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from vtkmodules.vtkCommonDataModel import vtkDataObject, vtkPolyData
from vtkmodules.vtkRenderingCore import vtkActor, vtkPolyDataMapper

from planner.atlas.meshes import Mesh
from ui.scene3d import geometry, materials, shaders
from ui.scene3d.backdrop import Backdrop
from ui.scene3d.quality import Detail

SKIN = "skin"
Role = Literal["casing", "ghost"]
COMPANION_TEXTS: dict[Role, tuple[str, str]] = {
    "casing": (shaders.CASING_VERTEX_IMPL, shaders.CASING_LIGHT_IMPL),
    "ghost": (shaders.GHOST_VERTEX_IMPL, shaders.GHOST_LIGHT_IMPL),
}


def mapper(data: vtkPolyData, structure: str, fibred: bool = False) -> vtkPolyDataMapper:
    """A mapper of the mesh with the attributes its shader reads; "" for casings and ghosts: none."""
    mapper = vtkPolyDataMapper()
    mapper.SetInputData(data)
    mapper.ScalarVisibilityOff()
    mapper.SetStatic(True)
    mapper.SetVBOShiftScaleMethod(vtkPolyDataMapper.DISABLE_SHIFT_SCALE)  # shaders read LPS mm
    points = vtkDataObject.FIELD_ASSOCIATION_POINTS
    if structure:
        mapper.MapDataArrayToVertexAttribute("recessMC", geometry.RECESS, points, -1)
    if fibred:
        mapper.MapDataArrayToVertexAttribute("fibreMC", geometry.FIBRE, points, -1)
    if structure == SKIN:
        mapper.MapDataArrayToVertexAttribute("paintMC", geometry.PAINT, points, -1)
    return mapper


def kind_of(meshes: Mapping[Detail, Mesh], material: materials.Material) -> str:
    """Which shader a structure gets: "skin", "strand" (thin, kept visible from afar), "muscle" and "woven"
    (fibrous tissue), whose meshes say how the fibres run, "bundled" (a muscle's does not), or "placed"."""
    if meshes["full"].id == SKIN:
        return "skin"
    if material.grow_px > 0.0:
        return "strand"
    told = meshes["full"].fibre is not None
    if material.fibres:
        return "muscle" if told else "bundled"
    return "woven" if material.woven and told else "placed"


# Vertex declarations, vertex body, light declarations, light body.
_TEXTS: dict[str, tuple[str, str, str, str]] = {
    "placed": (
        shaders.PLACED_VERTEX_DEC,
        shaders.PLACED_VERTEX_IMPL,
        shaders.PLACED_LIGHT_DEC,
        shaders.PLACED_LIGHT_IMPL,
    ),
    "strand": (
        shaders.STRAND_VERTEX_DEC,
        shaders.STRAND_VERTEX_IMPL,
        shaders.STRAND_LIGHT_DEC,
        shaders.STRAND_LIGHT_IMPL,
    ),
    "woven": (
        shaders.MUSCLE_VERTEX_DEC,
        shaders.MUSCLE_VERTEX_IMPL,
        shaders.MUSCLE_LIGHT_DEC,
        shaders.WOVEN_LIGHT_IMPL,
    ),
    "muscle": (
        shaders.MUSCLE_VERTEX_DEC,
        shaders.MUSCLE_VERTEX_IMPL,
        shaders.MUSCLE_LIGHT_DEC,
        shaders.MUSCLE_LIGHT_IMPL,
    ),
    "bundled": (
        shaders.BUNDLED_VERTEX_DEC,
        shaders.BUNDLED_VERTEX_IMPL,
        shaders.MUSCLE_LIGHT_DEC,
        shaders.MUSCLE_LIGHT_IMPL,
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


def set_contour(actor: vtkActor, backdrop: Backdrop) -> None:
    """Tells a structure's shader colour and strength of contours before this backdrop."""
    values = [*backdrop.contour, backdrop.contour_share]
    actor.GetShaderProperty().GetFragmentCustomUniforms().SetUniform4f("contourUniform", values)


def wear(actor: vtkActor, material: materials.Material, look: materials.Look, backdrop: Backdrop) -> None:
    """Gives an actor its look, in the slots of VTK's own lighting as the shader reads them."""
    surface = actor.GetProperty()
    surface.SetDiffuseColor(*look.colour)
    surface.SetOpacity(look.opacity)
    surface.SetSpecular(min(1.0, look.reflectance * 10.0))
    surface.SetSpecularPower(look.rough)
    surface.SetSpecularColor(*material.wander)
    surface.SetAmbient(look.glow * backdrop.glow)
    surface.SetAmbientColor(look.wet, material.sheen, material.pattern)
    if look.translucent:
        actor.ForceTranslucentOn()
        actor.ForceOpaqueOff()
    else:
        actor.ForceTranslucentOff()
        actor.ForceOpaqueOn()
    if material.grow_px > 0.0:
        grow(actor, look.grow_px)


def wear_casing(actor: vtkActor, look: materials.Look, backdrop: Backdrop) -> None:
    """Gives the outline behind a structure its colour and width."""
    actor.GetProperty().FrontfaceCullingOn()
    actor.GetProperty().SetDiffuseColor(*(look.casing or materials.CASING_DARK))
    grow(actor, look.grow_px)
    actor.GetShaderProperty().GetVertexCustomUniforms().SetUniformf(
        "outlinePx", look.casing_px * backdrop.lines
    )


def wear_ghost(actor: vtkActor, look: materials.Look) -> None:
    """Gives what shows through all that hides a structure its colour and strength."""
    surface = actor.GetProperty()
    surface.BackfaceCullingOn()
    surface.SetDiffuseColor(*look.colour)
    surface.SetOpacity(look.ghost)
    actor.ForceTranslucentOn()
    grow(actor, look.grow_px)


def set_long_axis(actor: vtkActor, mesh: Mesh) -> None:
    """Tells the muscle shader the long axis and the two across it, from the spread of the vertices."""
    _, first, second = geometry.long_axis_frame(mesh.points_lps)
    spread = [mesh.points_lps @ axis for axis in (first, second)]
    uniforms = actor.GetShaderProperty().GetVertexCustomUniforms()
    uniforms.SetUniform3f("fibreU", [float(part) for part in first])
    uniforms.SetUniform3f("fibreW", [float(part) for part in second])
    uniforms.SetUniform2f("fibreAt", [float(values.mean()) for values in spread])
    uniforms.SetUniformf("fibreGirth", max(float(values.std()) for values in spread))


def grow(actor: vtkActor, by_px: float) -> None:
    """Widens an actor by pixels along its normals."""
    actor.GetShaderProperty().GetVertexCustomUniforms().SetUniformf("growPx", by_px)


def tell_viewport(actor: vtkActor, size_px: tuple[int, int]) -> None:
    """Tells an actor that is widened by pixels how many there are."""
    uniforms = actor.GetShaderProperty().GetVertexCustomUniforms()
    uniforms.SetUniform2f("viewportPx", [float(max(part, 1)) for part in size_px])


def set_rim(actor: vtkActor, kind: str, colour: materials.Colour | None) -> None:
    """Swaps the light text between veiled and rimmed; the rim's colour is a uniform."""
    shader = actor.GetShaderProperty()
    text = _TEXTS[kind][3]
    if colour is not None:
        text = text.replace(shaders.VEILED, shaders.RIM)
    shader.AddFragmentShaderReplacement(shaders.LIGHT_IMPL, True, text, False)
    if colour is not None:
        shader.GetFragmentCustomUniforms().SetUniform3f("rimColor", list(colour))


def dress_companion(actor: vtkActor, role: Role) -> None:
    """Gives a casing or ghost its shader."""
    vertex, light = COMPANION_TEXTS[role]
    shader = actor.GetShaderProperty()
    shader.AddVertexShaderReplacement(shaders.VERTEX_IMPL, True, vertex, False)
    shader.AddFragmentShaderReplacement(shaders.LIGHT_IMPL, True, light, False)
