"""Cuts the fonts of the packages down to what the sheets need; see README.md."""

import sys
from pathlib import Path

from fontTools import subset

HEADINGS = "信用等级证书价格公示牌年度评报告企业级加盟三项承诺表单"
SIGNS = "–—‘’“”„…‰′″€№℃™←↑→↓①②③④⑤⑥⑦⑧⑨⑩■□▲△●○★☆◆◇√×÷±≤≥≠∞〔〕【】《》〈〉「」『』～·　、。￥"


def gb2312():
    for high in range(0xA1, 0xF8):
        for low in range(0xA1, 0xFF):
            try:
                yield bytes([high, low]).decode("gb2312")
            except UnicodeDecodeError:
                pass


def cut(source, target, characters):
    subset.main([
        str(source), f"--output-file={target}", f"--text={characters}", "--no-hinting", "--notdef-outline",
        "--layout-features=kern,liga,palt,halt,locl,ccmp,mark,mkmk", "--drop-tables+=DSIG,vhea,vmtx,BASE",
    ])


packages, here = Path(sys.argv[1]), Path(__file__).parent
ascii_text = "".join(map(chr, range(0x20, 0x7F)))
latin = "".join(map(chr, range(0xA0, 0x100)))
every = "".join(sorted({*gb2312(), *ascii_text, *latin, *SIGNS}))
sans, serif = packages / "noto-sans-sc", packages / "noto-serif-sc"
cut(sans / "400Regular/NotoSansSC_400Regular.ttf", here / "NotoSansSC-Regular.ttf", every)
cut(sans / "700Bold/NotoSansSC_700Bold.ttf", here / "NotoSansSC-Bold.ttf", every)
cut(serif / "700Bold/NotoSerifSC_700Bold.ttf", here / "NotoSerifSC-Bold-headings.ttf", HEADINGS + ascii_text)
