"""The page as a picture: three sizes, light and dark, English and Arabic, beside what was looked at and found good.

Pictures are compared small and blurred, so that another version of a font does not matter and a lost layer, a covered
map or a wrong colour does. After a wanted change run this file with CONFLICTMAP_NEW_PICTURES=1, and look.
"""

import io
import os
from pathlib import Path

import numpy as np
import pytest
from page_sample import sample_spec
from PIL import Image

from maps.leaflet import write_page

pytestmark = pytest.mark.browser
KEPT = Path(__file__).parent / "pictures"
WIDE = 160  # pixels of a kept picture
TOLERANCE = 5.0  # mean difference of a pixel, of 255
LOOKS = {
    "desk-light-en": ((1440, 900), "light", "en"),
    "desk-dark-ar": ((1440, 900), "dark", "ar"),
    "laptop-light-ar": ((1280, 800), "light", "ar"),
    "laptop-dark-en": ((1280, 800), "dark", "en"),
    "phone-light-en": ((390, 844), "light", "en"),
    "phone-dark-ar": ((390, 844), "dark", "ar"),
}


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "page.html"
    write_page(sample_spec(), path)
    return path.as_uri()


def taken(browser, address, look):
    (width, height), scheme, language = LOOKS[look]
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, offline=True, reduced_motion="reduce"
    )
    view = context.new_page()
    view.goto(f"{address}#lang={language}")
    view.wait_for_function("() => document.documentElement.dataset.whole === 'true'")
    view.wait_for_timeout(300)
    picture = Image.open(io.BytesIO(view.screenshot())).convert("RGB")
    context.close()
    return picture.resize((WIDE, round(WIDE * height / width)), Image.Resampling.BOX)


def difference(one, other):
    return float(np.abs(np.asarray(one, dtype=float) - np.asarray(other, dtype=float)).mean())


@pytest.mark.parametrize("look", list(LOOKS))
def test_the_page_looks_as_it_did(browser, page, look):
    now, path = taken(browser, page, look), KEPT / f"{look}.png"
    if os.environ.get("CONFLICTMAP_NEW_PICTURES"):
        KEPT.mkdir(exist_ok=True)
        now.quantize(64).save(path)
    with Image.open(path) as kept:
        assert difference(now, kept.convert("RGB")) < TOLERANCE


def test_a_lost_layer_would_be_noticed(browser, page):
    with Image.open(KEPT / "desk-light-en.png") as kept:
        before = kept.convert("RGB")
    without = before.copy()
    without.paste(tuple(before.getpixel((WIDE - 2, 60))), (40, 0, WIDE, 84))  # the map as one plain colour
    assert difference(before, without) > TOLERANCE
