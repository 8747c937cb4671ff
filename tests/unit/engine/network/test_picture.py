"""The drawing of a circle: well formed, names escaped, signs beside colours, sums that add up."""

from __future__ import annotations

from xml.etree import ElementTree

from zhima.engine.network.picture import MOST_DRAWN, Contact, circle_svg

SVG = "{http://www.w3.org/2000/svg}"


def texts(drawing: str) -> list[str]:
    return [element.text or "" for element in ElementTree.fromstring(drawing).iter(f"{SVG}text")]


def test_who_gives_and_who_takes_is_said_by_sign_and_number() -> None:
    circle = [Contact("Bo", 3.5), Contact("Chen", -2.25), Contact("Dia", 0.0)]
    drawing = circle_svg("Ana", own=300, score=301.25, contacts=circle)
    root = ElementTree.fromstring(drawing)
    assert [line.get("class") for line in root.iter(f"{SVG}line")] == ["gives", "takes", "none"]
    assert {"▲ +3.50", "▼ -2.25", "＝ +0.00"} <= set(texts(drawing))
    assert texts(drawing)[-1] == "301.25"
    assert root.get("width") == "360"
    assert "prefers-color-scheme:dark" in drawing


def test_names_are_escaped_and_shortened() -> None:
    drawing = circle_svg('<a href="x">', own=0, score=1, contacts=[Contact("<script>&", 1)])
    ElementTree.fromstring(drawing)
    assert "<script" not in drawing
    assert "<script>&" in texts(drawing)
    long = circle_svg("Ana", own=0, score=1, contacts=[Contact("A name beyond all bounds", 1)])
    assert "A name bey…" in texts(long)


def test_a_large_circle_draws_the_most_and_sums_the_rest() -> None:
    circle = [Contact(f"c{k}", float(k)) for k in range(20)]
    drawing = circle_svg("Ana", own=100, score=290 - 5, contacts=circle, missing=-5.0)
    assert len(list(ElementTree.fromstring(drawing).iter(f"{SVG}line"))) == MOST_DRAWN
    assert {"of which 8 smaller ones, not drawn", "+28.00", "-5.00"} <= set(texts(drawing))


def test_somebody_alone_has_a_picture_too() -> None:
    assert "300.00" in texts(circle_svg("Ana", own=300, score=300, contacts=[]))
