"""Every page in a browser: faults, requests to other hosts, width of a phone, accessibility; and the search."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import Visit, own_paths, paths, reports

SERIOUS = ("serious", "critical")
#: Faults of headings, which the checker takes for less serious.
HEADINGS = ("heading-order", "empty-heading", "page-has-heading-one")

#: What people look for, and a page that must be among the answers.
SEARCHES = {
    "loocv_grid_search": "reference/python/steps/",
    "placebo_in_time": "reference/python/results/",
    "compute_unit_distance_matrix": "reference/r/compute_unit_distance_matrix/",
    "trop_panel_search": "reference/c/trop.h/",
    "trop_analysis_placebo_in_time": "reference/c/trop.h/",
    "group_differences": "reference/c/trop.hpp/",
    "trop::weighted_fit": "reference/c/trop.hpp/",
    "InferenceOptions": "reference/rust/trop_core/",
    "picture_alt": "reference/rust/trop_report/",
    "average_weights": "how-to/staggered/",
    "synthdid": "migrate/synthdid/",
    "placebo": "how-to/one-treated-unit/",
    "Lawson Hanson": "estimators/",
    "certificate": "method/",
}


@pytest.mark.parametrize("path", paths())
def test_page_loads_without_fault(visit: Visit, path: str) -> None:
    visit.go(path)
    assert not visit.faults


@pytest.mark.parametrize("path", ["none", "how-to/none/", "reference/none/none.html"])
def test_an_unknown_address_has_a_page(visit: Visit, path: str) -> None:
    page = visit.go(path)
    assert "404" in page.locator("h1").inner_text()
    (answer,) = [fault for fault in visit.faults if not fault.startswith("console")]
    assert answer == f"404: {page.url}"
    page.locator("header a.md-logo").click()
    page.wait_for_url(visit.address)


@pytest.mark.parametrize("path", [*own_paths(), *reports()])
def test_page_fits_a_phone(phone: Visit, path: str) -> None:
    page = phone.go(path)
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 360


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", [*own_paths(), *reports()])
def test_page_is_accessible(visit: Visit, path: str, scheme: str) -> None:
    visit.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    found = Axe().run(visit.go(path)).response["violations"]
    faults = [
        (fault["id"], [node["html"] for node in fault["nodes"]][:3])
        for fault in found
        if fault["impact"] in SERIOUS or fault["id"] in HEADINGS
    ]
    assert not faults


@pytest.mark.parametrize(("words", "path"), SEARCHES.items())
def test_search_finds(visit: Visit, words: str, path: str) -> None:
    page = visit.go("")
    # Typed, as a reader does: the theme listens for keys, and does not see a field that is filled at once.
    page.get_by_role("textbox", name="Search").press_sequentially(words)
    page.locator(f'.md-search-result__link[href*="{path}"]').first.wait_for(
        state="attached", timeout=60_000
    )
    assert not visit.faults
