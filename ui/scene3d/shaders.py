"""How light falls on tissue: the shader text that replaces VTK's own lighting.

One three-point light that follows the camera is written out as arithmetic. That costs less than VTK's
light loop on a processor without GPU and allows what an atlas needs: dark recesses, a translucent skin
that is clear in the middle and firm at its outline, hatching that sticks to the body, even casings.
"""

from __future__ import annotations

VERTEX_DEC = "//VTK::PositionVC::Dec"
VERTEX_IMPL = "//VTK::PositionVC::Impl"
LIGHT_DEC = "//VTK::Light::Dec"
LIGHT_IMPL = "//VTK::Light::Impl"

# VTK declares custom uniforms (growPx, viewportPx, rimColor) itself, so the texts below do not.
# Vertex stage. `recess` is 0-1, 1 in the open; `growPx` widens thin things to stay visible from afar.
TISSUE_VERTEX_DEC = """//VTK::PositionVC::Dec
in float recessMC;
out float recessVS;
"""
TISSUE_VERTEX_IMPL = """//VTK::PositionVC::Impl
  recessVS = recessMC;
"""
GROWN_VERTEX_IMPL = """//VTK::PositionVC::Impl
  recessVS = recessMC;
  gl_Position.xy += (normalMatrix * normalMC).xy * growPx * 2.0 * gl_Position.w / viewportPx;
"""
# A ghost is drawn in front of everything, so that a lit nerve shows faintly through what hides it.
GHOST_VERTEX_IMPL = """//VTK::PositionVC::Impl
  gl_Position.xy += (normalMatrix * normalMC).xy * growPx * 2.0 * gl_Position.w / viewportPx;
  gl_Position.z = mix(-gl_Position.w, gl_Position.z, 0.01);
"""
GHOST_LIGHT_IMPL = """
  float facing = max(dot(normalVCVSOutput, normalize(-vertexVC.xyz)), 0.0);
  gl_FragData[0] = vec4(diffuseColor * (0.55 + 0.45 * facing), opacity);
"""
CASING_VERTEX_IMPL = """//VTK::PositionVC::Impl
  vec2 casingOut = (normalMatrix * normalMC).xy;
  gl_Position.xy += casingOut / max(length(casingOut), 0.2) * growPx * 2.0 * gl_Position.w / viewportPx;
"""
MUSCLE_VERTEX_DEC = TISSUE_VERTEX_DEC + "out vec3 fibreVS;\n"
MUSCLE_VERTEX_IMPL = """//VTK::PositionVC::Impl
  recessVS = recessMC;
  fibreVS = vec3(dot(vertexMC.xyz, fibreU), dot(vertexMC.xyz, fibreW), dot(vertexMC.xyz, fibreL));
"""
SKIN_VERTEX_DEC = """//VTK::PositionVC::Dec
in float recessMC;
in vec4 paintMC;
out float recessVS;
out vec4 paintVS;
out vec3 placeVS;
"""
SKIN_VERTEX_IMPL = """//VTK::PositionVC::Impl
  recessVS = recessMC;
  paintVS = paintMC;
  placeVS = vertexMC.xyz;
"""

# Fragment stage. Colours are squared to near-linear light and rooted back; that keeps shadows clean.
_LIT = """
vec3 litTissue(vec3 n, vec3 v, vec3 base, float recess, float gloss, float power, float glow)
{
  vec3 key = vec3(-0.424, 0.530, 0.735);
  float keyed = max((dot(n, key) + 0.18) / 1.18, 0.0);
  float filled = max(dot(n, vec3(0.815, 0.058, 0.576)), 0.0);
  float head = max(dot(n, v), 0.0);
  float sky = 0.5 + 0.5 * n.y;
  vec3 light = keyed * vec3(0.80, 0.775, 0.74) + filled * vec3(0.115, 0.13, 0.16) + head * vec3(0.12)
             + mix(vec3(0.085, 0.08, 0.085), vec3(0.20, 0.215, 0.245), sky);
  float open = recess * recess;
  light *= mix(vec3(0.26, 0.20, 0.18), vec3(1.0), open);
  vec3 albedo = base * base;
  float edge = 1.0 - head;
  edge = edge * edge; edge = edge * edge;
  float shine = pow(max(dot(n, normalize(key + v)), 0.0), power) * gloss * open;
  vec3 rim = edge * (0.35 + 0.65 * sky) * open * (0.10 * albedo + vec3(0.035, 0.042, 0.055));
  return sqrt(mix(albedo * light, albedo * (0.62 + 0.38 * head), glow) + shine * vec3(0.9, 0.93, 1.0) + rim);
}
"""
TISSUE_LIGHT_DEC = "in float recessVS;\n" + _LIT
TISSUE_LIGHT_IMPL = """
  vec3 sight = normalize(-vertexVC.xyz);
  vec3 tissue = litTissue(normalVCVSOutput, sight, diffuseColor, recessVS,
                          specularIntensity, specularPowerUniform, ambientIntensity);
  float turned = 1.0 - max(dot(normalVCVSOutput, sight), 0.0);
  // Translucent tissue is glass: clear where it faces the eye, firm where it turns away.
  float rim = turned * turned * (0.4 + 0.6 * turned);
  float veil = opacity < 0.995 ? mix(opacity * (0.45 + 0.55 * opacity), 0.30 + 0.70 * opacity, rim) : 1.0;
  gl_FragData[0] = vec4(tissue, veil);
"""
# Muscle shows its bundles: streaks along the long axis, which fade out before they would shimmer.
MUSCLE_LIGHT_DEC = "in vec3 fibreVS;\n" + TISSUE_LIGHT_DEC
MUSCLE_COLOUR = """
  float bend = fibreVS.z * 0.035;
  float bundle = sin(fibreVS.x * 1.9 + 1.6 * sin(fibreVS.y * 0.9 + bend))
               * sin(fibreVS.y * 2.1 + 1.6 * sin(fibreVS.x * 0.8 - bend));
  float strand = sin(fibreVS.x * 4.3 + fibreVS.y * 3.1 + 2.0 * sin(fibreVS.y * 1.3 + bend));
  float streaks = 0.65 * bundle + 0.35 * strand;
  float coarse = 1.0 - smoothstep(0.5, 1.6, max(fwidth(fibreVS.x), fwidth(fibreVS.y)) * 1.5);
  diffuseColor *= 1.0 + coarse * 0.13 * streaks;
  diffuseColor += coarse * 0.035 * max(streaks, 0.0);
"""
# Translucent structures that are outlined carry their outline as a rim, since no casing can stand behind.
RIMMED_LIGHT_IMPL = """
  vec3 sight = normalize(-vertexVC.xyz);
  vec3 tissue = litTissue(normalVCVSOutput, sight, diffuseColor, recessVS,
                          specularIntensity, specularPowerUniform, ambientIntensity);
  float turned = 1.0 - max(dot(normalVCVSOutput, sight), 0.0);
  float ring = smoothstep(0.62, 0.78, turned);
  gl_FragData[0] = vec4(mix(tissue, rimColor, ring), mix(opacity, 1.0, ring));
"""
CASING_LIGHT_IMPL = """
  gl_FragData[0] = vec4(diffuseColor, opacity);
"""
SKIN_LIGHT_DEC = (
    """in float recessVS;
in vec4 paintVS;
in vec3 placeVS;
float band(float at, float half_width, float soft)
{
  float d = abs(fract(at) - 0.5);
  return 1.0 - smoothstep(half_width - soft, half_width + soft, d);
}
float ridge(float value, float level, float half_px)
{
  // A line of even width where a smooth value passes a level; gone where it is too flat or too far off.
  float per_px = max(fwidth(value), 1e-5);
  return 1.0 - smoothstep(half_px - 0.6, half_px + 0.6, abs(value - level) / per_px);
}
"""
    + _LIT
)
# paint: pain 0-1, deep 0-1, numb 0-1, extent of a territory (1/4 largest, 1/2 usual, 3/4 core). Pain is a
# plain vermillion, deep pain dots, numbness blue hatching; a territory is a green tint that grows firmer
# inwards, with a dashed, a plain and a heavy line around its extents.
SKIN_LIGHT_IMPL = """
  vec3 sight = normalize(-vertexVC.xyz);
  float facing = max(dot(normalVCVSOutput, sight), 0.0);
  float turned = 1.0 - facing;
  float veil = opacity + (1.0 - opacity) * 0.62 * turned * turned * sqrt(turned) * step(opacity, 0.995);
  vec3 base = diffuseColor;
  vec4 paint = clamp(paintVS, 0.0, 1.0);
  float diagonal = dot(placeVS, vec3(0.62, 0.62, 1.0)) / 9.0;
  float fineness = max(fwidth(diagonal), 0.02);
  float wide = fwidth(paint.w) + 1e-4;
  float served = 0.13 * smoothstep(0.25 - wide, 0.25 + wide, paint.w)
               + 0.17 * smoothstep(0.50 - wide, 0.50 + wide, paint.w)
               + 0.24 * smoothstep(0.75 - wide, 0.75 + wide, paint.w);
  float dash = band(dot(placeVS, vec3(0.5, 0.5, 0.8)) / 11.0, 0.30, 0.06);
  float line = max(ridge(paint.w, 0.75, 1.6),
                   max(ridge(paint.w, 0.50, 1.1), dash * ridge(paint.w, 0.25, 0.9)));
  base = mix(base, vec3(0.0, 0.62, 0.45), min(served * 1.5, 1.0));
  veil = max(veil, served);
  base = mix(base, opacity < 0.995 ? vec3(0.42, 0.93, 0.74) : vec3(0.0, 0.28, 0.20), line);
  veil = max(veil, 0.9 * line);
  served = max(served, line);
  float pain = smoothstep(0.0, 0.10, paint.x) * (0.30 + 0.58 * paint.x);
  base = mix(base, vec3(0.92, 0.36, 0.02), min(pain * 1.25, 1.0));
  veil = max(veil, pain);
  float dots = length(vec2(fract(diagonal) - 0.5,
                           fract(dot(placeVS, vec3(1.0, 1.0, -0.62)) / 9.0) - 0.5));
  float deep = smoothstep(0.0, 0.10, paint.y) * (0.30 + 0.60 * paint.y);
  float dotted = 1.0 - smoothstep(0.30 - fineness, 0.30 + fineness, dots);
  base = mix(base, vec3(0.62, 0.10, 0.36), deep * (0.35 + 0.65 * dotted));
  veil = max(veil, deep * (0.30 + 0.70 * dotted));
  float numb = smoothstep(0.12, 0.40, paint.z) * (0.35 + 0.65 * paint.z);
  float hatched = band(diagonal, 0.14, min(fineness, 0.25)) * (1.0 - smoothstep(0.35, 0.7, fineness));
  float blue = numb * (opacity < 0.995 ? 0.06 + 0.58 * hatched : 0.20 + 0.75 * hatched);
  base = mix(base, vec3(0.05, 0.46, 0.80), min(blue * 1.15, 1.0));
  veil = max(veil, blue);
  vec3 tissue = litTissue(normalVCVSOutput, sight, base, recessVS, specularIntensity * (1.0 - pain),
                          specularPowerUniform, 0.35 * max(max(pain, served), max(deep, blue)));
  gl_FragData[0] = vec4(tissue, veil);
"""
