"""CRC-16/CCITT-FALSE: polynomial 0x1021, start 0xFFFF, as ISO/IEC 13239 and EMVCo ask for."""

from __future__ import annotations

from binascii import crc_hqx


def crc_of(text: str) -> str:
    """Four hexadecimal digits over the UTF-8 of `text`; `123456789` gives `29B1`."""
    # A lone surrogate cannot come out of a picture, but it can come out of a keyboard.
    return f"{crc_hqx(text.encode('utf-8', 'surrogatepass'), 0xFFFF):04X}"
