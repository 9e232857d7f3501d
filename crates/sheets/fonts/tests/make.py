"""Makes rare.ttf, a font of the tests with one letter, drawn here as a bar: `python3 make.py`."""

from pathlib import Path

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen


def bar():
    pen = TTGlyphPen(None)
    pen.moveTo((100, 0))
    for corner in [(100, 700), (500, 700), (500, 0)]:
        pen.lineTo(corner)
    pen.closePath()
    return pen.glyph()


font = FontBuilder(1000, isTTF=True)
font.setupGlyphOrder([".notdef", "sheen"])
font.setupCharacterMap({0x0634: "sheen"})
font.setupGlyf({".notdef": bar(), "sheen": bar()})
font.setupHorizontalMetrics({".notdef": (600, 100), "sheen": (600, 100)})
font.setupHorizontalHeader(ascent=800, descent=-200)
font.setupNameTable({"familyName": "Rare Tests", "styleName": "Regular"}, mac=False)
font.setupOS2(sTypoAscender=800, usWinAscent=800, usWinDescent=200)
font.setupPost()
font.save(Path(__file__).parent / "rare.ttf")
