"""How a receipt is numbered, and amounts as cheques write them."""

DIGITS = "零壹贰叁肆伍陆柒捌玖"
_SMALL = ("", "拾", "佰", "仟")
_LARGE = ("", "万", "亿")


def number(payee_id: int, year: int, sequence: int) -> str:
    """`0007-2026-000123`: payee, year, and the place in that year's book."""
    return f"{payee_id:04d}-{year}-{sequence:06d}"


def capital(fen: int) -> str:
    """`1005030` → `壹万零伍拾元叁角整`. Raises ValueError below zero and from 10¹² yuan."""
    if not 0 <= fen < 10**14:
        raise ValueError(f"cannot be written: {fen}")
    yuan, rest = divmod(fen, 100)
    jiao, cents = divmod(rest, 10)
    text = _whole(yuan) + "元" if yuan or not rest else ""
    if jiao:
        text += DIGITS[jiao] + "角"
    elif cents and yuan:
        text += "零"
    return text + (DIGITS[cents] + "分" if cents else "整")


def _whole(yuan: int) -> str:
    """Groups of four digits; a gap of any width within is one 零."""
    text, place, was_short = "", 0, False
    while yuan or not text:
        yuan, group = divmod(yuan, 10_000)
        if group:
            gap = "零" if was_short and text else ""
            text = _group(group) + _LARGE[place] + gap + text
        elif not yuan and not text:
            return "零"
        was_short = group < 1000
        place += 1
    return text


def _group(value: int) -> str:
    """Up to four digits: `5030` → `伍仟零叁拾`."""
    text, has_gap = "", False
    for place in (3, 2, 1, 0):
        digit = value // 10**place % 10
        if digit:
            text += ("零" if has_gap and text else "") + DIGITS[digit] + _SMALL[place]
            has_gap = False
        else:
            has_gap = True
    return text
