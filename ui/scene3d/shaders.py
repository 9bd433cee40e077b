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
# Whole where a pixel is 0.9 mm or more, none close by, where what is thin is seen as thin as it is.
_GROWTH = """
  float closeTo = length(vec3(MCDCMatrix[0][1], MCDCMatrix[1][1], MCDCMatrix[2][1])) * viewportPx.y * 0.5;
  float growthPx = growPx * clamp(1.1 * gl_Position.w / closeTo, 0.0, 1.0);
"""
GROWN_VERTEX_IMPL = (
    """//VTK::PositionVC::Impl
  recessVS = recessMC;
"""
    + _GROWTH
    + """
  gl_Position.xy += (normalMatrix * normalMC).xy * growthPx * 2.0 * gl_Position.w / viewportPx;
"""
)
# A ghost is drawn in front of everything, so that a lit nerve shows faintly through what hides it.
GHOST_VERTEX_IMPL = (
    "//VTK::PositionVC::Impl\n"
    + _GROWTH
    + """
  gl_Position.xy += (normalMatrix * normalMC).xy * growthPx * 2.0 * gl_Position.w / viewportPx;
  gl_Position.z = mix(-gl_Position.w, gl_Position.z, 0.01);
"""
)
GHOST_LIGHT_IMPL = """
  float facing = max(dot(normalVCVSOutput, normalize(-vertexVC.xyz)), 0.0);
  gl_FragData[0] = vec4(diffuseColor * (0.55 + 0.45 * facing), opacity);
"""
CASING_VERTEX_IMPL = (
    "//VTK::PositionVC::Impl\n"
    + _GROWTH
    + """
  vec2 casingOut = (normalMatrix * normalMC).xy / max(length((normalMatrix * normalMC).xy), 0.2);
  gl_Position.xy += casingOut * (growthPx + outlinePx) * 2.0 * gl_Position.w / viewportPx;
"""
)
PLACED_VERTEX_DEC = TISSUE_VERTEX_DEC + "out vec3 placeVS;\n"
PLACED_VERTEX_IMPL = TISSUE_VERTEX_IMPL + "  placeVS = vertexMC.xyz;\n"
# Along a tube its normal stays and around it the normal turns: strands drawn by the normal run lengthwise.
STRAND_VERTEX_DEC = TISSUE_VERTEX_DEC + "out vec3 strandVS;\n"
STRAND_VERTEX_IMPL = GROWN_VERTEX_IMPL + "  strandVS = normalMC;\n"
MUSCLE_VERTEX_DEC = PLACED_VERTEX_DEC + "in vec2 fibreMC;\nout vec2 fibreVS;\n"
MUSCLE_VERTEX_IMPL = PLACED_VERTEX_IMPL + "  fibreVS = fibreMC;\n"
# A muscle whose mesh does not say how its fibres run has them along its long axis.
BUNDLED_VERTEX_DEC = PLACED_VERTEX_DEC + "out vec2 fibreVS;\n"
BUNDLED_VERTEX_IMPL = (
    PLACED_VERTEX_IMPL
    + """
  // Around the long axis, so that the bundles run along it on every side.
  vec2 acrossVS = vec2(dot(vertexMC.xyz, fibreU), dot(vertexMC.xyz, fibreW)) - fibreAt;
  fibreVS = vec2(fibreGirth * atan(acrossVS.y, acrossVS.x + 1e-4), 0.0);
"""
)
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
# VTK hands over a material in the slots of its own lighting: specularIntensity is reflectance in tenths,
# specularPowerUniform roughness, specularColorUniform how far light of each colour wanders under the surface,
# ambientIntensity glow, ambientColorUniform wetness, sheen and strength of the tissue's own pattern.
_LIT = """
// A wave of period 2 pi and height 1, 1 at zero: all that patterns need, at a third of a cosine's cost.
float wave(float x)
{
  float t = abs(fract(x * 0.159155) - 0.5) * 4.0 - 1.0;
  return t * (1.5 - 0.5 * t * t);
}
vec3 litAlong(vec3 n, vec3 v, vec3 base, float recess, float reflectance, float rough, float glow,
              vec4 strand)
{
  const vec3 key = vec3(-0.424, 0.530, 0.735);
  vec3 wander = specularColorUniform;
  float nk = dot(n, key), kv = dot(key, v);
  float head = max(dot(n, v), 0.0);
  // Light that wanders under the surface reaches past the terminator, red farther than blue.
  vec3 keyed = max((nk + wander) / (1.0 + wander), 0.0);
  float filled = max((dot(n, vec3(0.815, 0.058, 0.576)) + 0.25) * 0.8, 0.0);
  float sky = 0.5 + 0.5 * n.y;
  vec3 albedo = base * base;
  // What is hidden from the sky is lit by its own walls: recesses turn to the tissue's deeper colour.
  float deep = min(recess, 1.0), open = deep * deep;
  vec3 bounced = open + (deep - open) * albedo;
  vec3 ambient = vec3(0.105, 0.088, 0.082) + sky * vec3(0.130, 0.162, 0.198) + head * 0.10;
  vec3 direct = keyed * vec3(0.82, 0.785, 0.74) * (0.35 + 0.65 * open) + filled * vec3(0.10, 0.115, 0.145);
  vec3 light = direct * (0.55 + 0.45 * bounced) + ambient * bounced;
  // Highlights, GGX with visibility and Fresnel in one term after Karis: the tissue's own, long across its
  // fibres, and the sharper one of a wet film over it.
  float inverse = inversesqrt(2.0 + 2.0 * kv);
  float nh = max((nk + head) * inverse, 0.0);
  float th = dot(strand.xyz, key + v) * inverse;
  float nhs = mix(nh, sqrt(max(1.0 - th * th, 0.0) * nh), strand.w);
  float view = 1.0 / max(0.1, 0.5 + 0.5 * kv);
  float shine = clamp(nk * 3.0 + 0.35, 0.0, 1.0) * open * view;
  float a = rough * rough, a2 = a * a;
  float d = nhs * nhs * (a2 - 1.0) + 1.0;
  float dw = nh * nh * -0.9964 + 1.0;
  float turned = 1.0 - head;
  float grazing = turned * turned; grazing *= grazing * turned;
  float up = clamp((2.0 * head * n.y - v.y) * 0.85 + 0.30, 0.0, 1.0);
  vec3 around = (vec3(0.16, 0.135, 0.125) + up * vec3(0.34, 0.405, 0.475)) * open;
  float own = reflectance * 0.1, wet = ambientColorUniform.x;
  float spark = own * 0.8 * a2 / (d * d * (a * 4.0 + 2.0)) + wet * 0.0000354 / (dw * dw);
  float mirrored = 0.55 * (own + (max(1.0 - rough, own) - own) * grazing) + wet * (0.035 + 0.5 * grazing);
  vec3 lit = albedo * light * (1.0 - own) + spark * shine * vec3(1.0, 0.97, 0.93) + around * mirrored;
  // Sheen of fine fibres and down: a soft brightening where the surface turns away.
  lit += ambientColorUniform.y * albedo * (turned * turned * (0.25 + 0.75 * sky) * open);
  lit = min(mix(lit, albedo * (0.66 + 0.42 * head) + 0.03 * shine, glow), 3.0);
  return sqrt(lit * (1.0 - 0.1 * lit));
}
vec3 litTissue(vec3 n, vec3 v, vec3 base, float recess, float reflectance, float rough, float glow)
{
  return litAlong(n, v, base, recess, reflectance, rough, glow, vec4(0.0));
}
// Translucent tissue is glass: clear where it faces the eye, firm where it turns away, with a drawn contour.
vec4 veiled(vec3 tissue, float opacity, float facing)
{
  if (opacity > 0.994) return vec4(tissue, 1.0);
  float turned = 1.0 - facing;
  float rim = turned * turned * (0.35 + 0.65 * turned);
  float veil = mix(opacity * (0.50 + 0.50 * opacity), 0.22 + 0.62 * opacity, rim);
  tissue *= 0.84 + 0.16 * opacity;  // what is looked through is deeper in colour than its lit surface
  float wide = clamp(fwidth(facing) * 2.6, 0.12, 0.42);
  float line = (1.0 - smoothstep(wide * 0.45, wide, facing)) * contourUniform.w * (0.45 + 0.55 * opacity);
  return vec4(mix(tissue, contourUniform.rgb * (0.35 + 0.65 * tissue), line), max(veil, line));
}
// A quiet pattern without a grain of its own, -1 to 1: three waves across one another.
float mottle(vec3 p)
{
  float bend = wave(dot(p, vec3(0.31, -0.47, 0.39)));
  return 0.3333 * (wave(p.x + p.y * 0.6 + bend) + wave(p.y * 1.13 - p.z * 0.5 + 2.0)
                   + wave(p.z * 0.9 - p.x * 0.4 - bend));
}
"""
TISSUE_LIGHT_DEC = "in float recessVS;\n" + _LIT
VEILED = "  gl_FragData[0] = veiled(tissue, opacity, facing);\n"
TISSUE_LIGHT_IMPL = (
    """
  vec3 sight = normalize(-vertexVC.xyz);
  float facing = max(dot(normalVCVSOutput, sight), 0.0);
  vec3 tissue = litTissue(normalVCVSOutput, sight, diffuseColor, recessVS,
                          specularIntensity, specularPowerUniform, ambientIntensity);
"""
    + VEILED
)
# Bone, cartilage and organs: cloudy colour, and on bone grooves that keep a little of what filled them.
PLACED_LIGHT_DEC = "in vec3 placeVS;\n" + TISSUE_LIGHT_DEC
PLACED_LIGHT_IMPL = (
    """
  vec3 sight = normalize(-vertexVC.xyz);
  float facing = max(dot(normalVCVSOutput, sight), 0.0);
  float pattern = ambientColorUniform.z;
  float cloud = mottle(placeVS * 0.16);
  float fineness = fwidth(placeVS.x) + fwidth(placeVS.y) + fwidth(placeVS.z);
  float near = 1.0 - smoothstep(0.35, 1.2, fineness);
  float pores = near * mottle(placeVS * 1.9 + 3.0 * cloud);
  vec3 tinted = diffuseColor * (1.0 + pattern * (vec3(0.045, 0.05, 0.065) * cloud + 0.03 * pores));
  tinted *= mix(vec3(1.0), vec3(0.93, 0.86, 0.76), pattern * clamp(1.15 - recessVS, 0.0, 1.0) * 0.8);
  float rough = clamp(specularPowerUniform + pattern * (0.10 * cloud + 0.08 * pores), 0.08, 1.0);
  vec3 tissue = litTissue(normalVCVSOutput, sight, tinted, recessVS,
                          specularIntensity, rough, ambientIntensity);
"""
    + VEILED
)
# Nerves show their fascicles, vessels a faint strand: fine lines that run lengthwise.
STRAND_LIGHT_DEC = "in vec3 strandVS;\n" + TISSUE_LIGHT_DEC
STRAND_LIGHT_IMPL = (
    """
  vec3 sight = normalize(-vertexVC.xyz);
  float facing = max(dot(normalVCVSOutput, sight), 0.0);
  float pattern = ambientColorUniform.z;
  vec3 turn = normalize(strandVS);
  float along = dot(turn, vec3(9.0, 7.0, 8.0)) + 2.2 * wave(dot(turn, vec3(-4.0, 5.0, 3.0)));
  float spread = fwidth(along);
  float strands = (1.0 - smoothstep(0.4, 1.8, spread)) * 0.45 * wave(along)
                  + (1.0 - smoothstep(0.2, 0.8, spread)) * 0.55 * wave(along * 2.7 + 1.0);
  vec3 tinted = diffuseColor * (1.0 + pattern * vec3(0.070, 0.085, 0.14) * strands);
  float rough = clamp(specularPowerUniform - pattern * 0.08 * strands, 0.08, 1.0);
  vec3 tissue = litTissue(normalVCVSOutput, sight, tinted, recessVS,
                          specularIntensity, rough, ambientIntensity);
"""
    + VEILED
)
# Muscle: bundles that run with its fibres and fade before they would shimmer, tendon pearly at its ends.
MUSCLE_LIGHT_DEC = "in vec3 placeVS;\nin vec2 fibreVS;\n" + TISSUE_LIGHT_DEC
_ACROSS = """
  vec3 px = dFdx(vertexVC.xyz), py = dFdy(vertexVC.xyz);
  vec3 r1 = cross(py, normalVCVSOutput), r2 = cross(normalVCVSOutput, px);
  float det = dot(px, r1);
  vec3 rise = (r1 * dFdx(u) + r2 * dFdy(u)) * sign(det) / max(abs(det), 1e-9);
  float steep = max(length(rise), 1e-6);
  vec3 across = rise / steep;
"""
MUSCLE_LIGHT_IMPL = (
    """
  vec3 sight = normalize(-vertexVC.xyz);
  float u = fibreVS.x, tendon = smoothstep(0.12, 0.88, fibreVS.y + 0.10 * wave(fibreVS.x * 2.1));
  float wide = max(fwidth(u), 0.0001);
  float loose = wave(dot(placeVS, vec3(0.05, 0.043, 0.047)) + 0.31 * u);
  float told = step(-0.5, fibreVS.y);  // below zero: this reduced mesh does not say how its fibres run
  float broad = told * (1.0 - smoothstep(1.6, 4.5, wide)) * wave(u * 0.47 + 1.1 * loose);
  float coarse = wave(u * 1.15 + 0.9 * loose) + 0.6 * wave(u * 2.35 + 1.7);
  float finer = wave(u * 4.9 + 1.3 * loose) + 0.5 * wave(u * 8.3 + 0.6);
  float far = told * (1.0 - smoothstep(0.45, 1.6, wide)), close = told * (1.0 - smoothstep(0.08, 0.40, wide));
  float streaks = 0.35 * broad + 0.55 * far * coarse + 0.4 * close * finer;
  // The bundles stand out a little: the normal leans along their slope.
  float slope = far * -(0.69 * wave(u * 1.15 + 0.9 * loose - 1.571) + 0.85 * wave(u * 2.35 + 0.129)) * 0.16;
"""
    + _ACROSS
    + """
  float fleshy = 1.0 - tendon;
  vec3 n = normalize(normalVCVSOutput - across * slope * min(steep, 1.0) * (0.25 + 0.75 * fleshy));
  vec4 strand = vec4(normalize(cross(n, across)), 0.75);
  vec3 flesh = diffuseColor * (1.0 + 0.115 * streaks) + vec3(0.030, 0.016, 0.014) * max(streaks, 0.0);
  flesh *= 1.0 + 0.05 * loose;
  vec3 pearl = vec3(0.86, 0.82, 0.755) * (1.0 + 0.05 * streaks);
  vec3 tinted = mix(flesh, mix(pearl, diffuseColor, 0.12), tendon);
  float facing = max(dot(normalVCVSOutput, sight), 0.0);
  vec3 tissue = litAlong(n, sight, tinted, recessVS, specularIntensity * (1.0 + 0.6 * tendon),
                         specularPowerUniform * (1.0 - 0.2 * tendon), ambientIntensity, strand);
"""
    + VEILED
)
# Fascia, aponeurosis and tendon: pearly strands of their fibres, denser and looser, flesh between them where
# it shimmers through; the light they throw back is drawn out across them, never a spot.
WOVEN_LIGHT_IMPL = (
    """
  vec3 sight = normalize(-vertexVC.xyz);
  float u = fibreVS.x, pattern = ambientColorUniform.z;
  float wide = max(fwidth(u), 0.0001);
  float told = step(-0.5, fibreVS.y);
  float loose = wave(dot(placeVS, vec3(0.037, 0.041, 0.029)) + 0.11 * u);
  float far = told * (1.0 - smoothstep(0.8, 2.6, wide)), mid = told * (1.0 - smoothstep(0.30, 1.1, wide));
  float close = told * (1.0 - smoothstep(0.07, 0.30, wide));
  float bundles = wave(u * 0.83 + 1.3 * loose) * (0.6 + 0.4 * loose) + 0.5 * wave(u * 1.9 + 2.1);
  float streaks = 0.50 * far * bundles
                  + 0.38 * mid * (wave(u * 3.3 + 0.8 * loose) + 0.7 * wave(u * 5.2 + 1.1))
                  + 0.22 * close * wave(u * 10.7 + loose);
"""
    + _ACROSS
    + """
  float slope = 0.10 * pattern * mid * wave(u * 3.3 + 0.8 * loose - 1.571);
  vec3 n = normalize(normalVCVSOutput + across * slope);
  vec4 strand = vec4(normalize(cross(n, across)), 0.9);
  vec3 tinted = diffuseColor * (1.0 + pattern * (0.085 * streaks + vec3(0.030, 0.010, -0.012) * loose));
  tinted *= mix(vec3(1.0), vec3(0.92, 0.80, 0.74), pattern * clamp(0.30 - 0.42 * streaks, 0.0, 0.6));
  float facing = max(dot(normalVCVSOutput, sight), 0.0);
  float rough = clamp(specularPowerUniform - 0.05 * pattern * streaks, 0.08, 1.0);
  vec3 tissue = litAlong(n, sight, tinted, recessVS, specularIntensity, rough, ambientIntensity, strand);
  if (opacity < 0.994) opacity = clamp(opacity * (1.0 + 0.16 * pattern * streaks), 0.0, 0.98);
"""
    + VEILED
)
# Translucent structures that are outlined carry their outline as a rim, since no casing can stand behind.
RIM = """  float ring = smoothstep(0.62, 0.78, 1.0 - facing);
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
  float thin = clamp(fwidth(facing) * 2.6, 0.10, 0.36);
  float edge = (1.0 - smoothstep(thin * 0.45, thin, facing)) * contourUniform.w * 0.8 * step(opacity, 0.994);
  gl_FragData[0] = vec4(mix(tissue, contourUniform.rgb * (0.35 + 0.65 * tissue), edge), max(veil, edge));
"""
