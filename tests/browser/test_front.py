"""The first page anybody sees."""

import pytest


@pytest.mark.parametrize("language", ["sv", "en", "ar", "so"])
def test_the_front_page_fits_and_is_accessible_in_every_language(visit, axe, fits, screen, language):
    page = visit("/", language=language, screen=screen)
    assert page.locator("html").get_attribute("lang") == language
    assert page.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
    axe(page)
    fits(page)
