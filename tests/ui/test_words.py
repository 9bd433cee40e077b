"""Names as a card says them."""

from __future__ import annotations

from planner.atlas.model import Atlas
from ui.widgets.words import structure_name


def test_that_what_one_sex_alone_has_is_named_with_it(atlas: Atlas) -> None:
    named = {key: structure_name(atlas.content, key) for key in atlas.content.structures}
    assert named["spermatic_cord_left"] == "Left spermatic cord (male)"
    assert named["round_ligament_right"] == "Right round ligament of uterus (female)"
    assert named["artery_femoral_left"] == "Left femoral artery"
