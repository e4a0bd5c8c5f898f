# SPDX-License-Identifier: GPL-3.0-or-later
"""A picture of the display (xwd, on standard input) as PNG: xwd -root -silent | picture.py FILE.png. For displays of 32 bits a pixel."""
import struct
import sys
import zlib


def png(dump):
    head = struct.unpack(">25I", dump[:100])
    size, width, height, bits, line, colours = head[0], head[4], head[5], head[11], head[12], head[19]
    if bits != 32:
        sys.exit(f"picture.py: {bits} bits a pixel")
    start = size + colours * 12
    rows = bytearray()
    for y in range(height):
        row = dump[start + y * line:start + y * line + width * 4]
        out = bytearray(width * 3)
        out[0::3], out[1::3], out[2::3] = row[2::4], row[1::4], row[0::4]
        rows += b"\0" + out
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(bytes(rows), 6)) + chunk(b"IEND", b""))


if __name__ == "__main__":
    with open(sys.argv[1], "wb") as file:
        file.write(png(sys.stdin.buffer.read()))
