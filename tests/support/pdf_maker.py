"""PDF documents made on the spot: of text, of images, encrypted, damaged, and hostile ones."""
import hashlib
import struct
import zlib

PAD = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")
FILE_ID = b"0123456789abcdef"
FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
BOLD = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold >>"


def rc4(key, data):
    box = list(range(256))
    j = 0
    for i in range(256):
        j = (j + box[i] + key[i % len(key)]) & 255
        box[i], box[j] = box[j], box[i]
    out = bytearray()
    i = j = 0
    for byte in data:
        i = (i + 1) & 255
        j = (j + box[i]) & 255
        box[i], box[j] = box[j], box[i]
        out.append(byte ^ box[(box[i] + box[j]) & 255])
    return bytes(out)


class Pdf:
    """Objects by number, from 1. The first is the catalogue, the second the tree of pages, 3 and 4 are fonts."""

    def __init__(self, info=None):
        self.objects = [b"<< /Type /Catalog /Pages 2 0 R >>", None, FONT, BOLD]
        self.pages = []
        self.info = info

    def add(self, body):
        self.objects.append(body)
        return len(self.objects)

    def stream(self, data, extra=b"", compress=False):
        data = zlib.compress(data) if compress else data
        extra += b" /Filter /FlateDecode" if compress else b""
        return self.add(b"<< /Length %d%s >>\nstream\n%s\nendstream" % (len(data), extra, data))

    def page(self, content, resources=b"", extra=b""):
        number = self.stream(content)
        self.pages.append(self.add(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents %d 0 R /Resources << /Font << /F1 3 0 R /F2 4 0 R >>"
            b" %s >> %s >>" % (number, resources, extra)))
        return self.pages[-1]

    def text_page(self, lines, extra=b""):
        """(x, y, size, text) each; y from the upper edge, size negative for bold."""
        content = b""
        for x, y, size, text in lines:
            escaped = text.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
            content += b"BT /%s %d Tf %d %d Td (%s) Tj ET\n" % (b"F1" if size > 0 else b"F2", abs(size), x, 800 - y, escaped)
        return self.page(content, extra=extra)

    def bytes(self, password=None, kids=None):
        kids = kids if kids is not None else b" ".join(b"%d 0 R" % number for number in self.pages)
        self.objects[1] = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(self.pages), kids)
        objects = list(self.objects)
        trailer = b"/Root 1 0 R /ID [<%s> <%s>]" % (FILE_ID.hex().encode(), FILE_ID.hex().encode())
        if self.info:
            objects.append(self.info)
            trailer += b" /Info %d 0 R" % len(objects)
        if password is not None:
            objects, encrypt = self._encrypt(objects, password)
            objects.append(encrypt)
            trailer += b" /Encrypt %d 0 R" % len(objects)
        out = bytearray(b"%PDF-1.4\n")
        offsets = []
        for number, body in enumerate(objects, 1):
            offsets.append(len(out))
            out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
        start = len(out)
        out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
        out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
        out += b"trailer\n<< /Size %d %s >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, trailer, start)
        return bytes(out)

    @staticmethod
    def _encrypt(objects, password):
        """Revision 2 of the standard handler: RC4 with 40 bits. Strings outside of streams are not encrypted: there are none."""
        padded = (password.encode("latin-1") + PAD)[:32]
        owner = rc4(hashlib.md5(padded).digest()[:5], padded)
        permissions = struct.pack("<i", -4)
        key = hashlib.md5(padded + owner + permissions + FILE_ID).digest()[:5]
        encrypted = []
        for number, body in enumerate(objects, 1):
            head, found, rest = body.partition(b"\nstream\n")
            if found:
                data = rest[:-len(b"\nendstream")]
                own = hashlib.md5(key + struct.pack("<I", number)[:3] + b"\0\0").digest()[:10]
                body = head + found + rc4(own, data) + b"\nendstream"
            encrypted.append(body)
        return encrypted, b"<< /Filter /Standard /V 1 /R 2 /O <%s> /U <%s> /P -4 >>" % (
            owner.hex().encode(), rc4(key, PAD).hex().encode())


def cv():
    """Two pages of a CV with a heading, a list, a comment and a form field."""
    pdf = Pdf(info=b"<< /Title (Jane Doe - Curriculum Vitae) >>")
    comment = pdf.add(b"<< /Type /Annot /Subtype /Text /Rect [10 10 30 30] /T (Ann) /Contents (Ask about the oven) >>")
    pdf.text_page([(50, 60, -24, "Jane Doe"), (50, 110, -14, "Experience"),
                   (50, 140, 10, "I have worked as a baker in Ghent since 2019, where I bake bread and cakes every"),
                   (50, 152, 10, "day of the week, and where I teach apprentices."),
                   (50, 180, -14, "Skills"), (50, 200, 10, "- sourdough"), (50, 212, 10, "- French pastry"),
                   (300, 780, 8, "Page 1 of 2")], extra=b"/Annots [%d 0 R]" % comment)
    pdf.text_page([(50, 60, -14, "Education"), (50, 90, 10, "Bakery school of Bruges, 2016 to 2019."),
                   (300, 780, 8, "Page 2 of 2")])
    return pdf


def image_page(pdf):
    image = pdf.stream(b"\0" * 100, b" /Type /XObject /Subtype /Image /Width 10 /Height 10 /BitsPerComponent 8"
                       b" /ColorSpace /DeviceGray")
    return pdf.page(b"q 500 0 0 700 50 50 cm /I1 Do Q", b"/XObject << /I1 %d 0 R >>" % image)


def image_only():
    pdf = Pdf()
    image_page(pdf)
    return pdf.bytes()


def with_image_page():
    pdf = cv()
    image_page(pdf)
    return pdf.bytes()


def unmapped():
    """Text of a font that draws its characters itself and does not tell which they are."""
    pdf = Pdf()
    box = pdf.stream(b"500 0 0 0 500 500 d1 0 0 500 500 re f")
    font = pdf.add(b"<< /Type /Font /Subtype /Type3 /FontBBox [0 0 500 500] /FontMatrix [.001 0 0 .001 0 0] /FirstChar 1"
                   b" /LastChar 2 /Widths [500 500] /CharProcs << /g1 %d 0 R /g2 %d 0 R >>"
                   b" /Encoding << /Type /Encoding /Differences [1 /g1 /g2] >> /Resources << >> >>" % (box, box))
    content = pdf.stream(b"BT /F9 12 Tf 50 700 Td (\1\2\1\1\2) Tj ET")
    pdf.pages.append(pdf.add(b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents %d 0 R"
                             b" /Resources << /Font << /F9 %d 0 R >> >> >>" % (content, font)))
    return pdf.bytes()


def mapped(characters, drawn):
    """A page of one line in a font that draws its characters itself and has their text in a table: {code: text}."""
    pdf = Pdf()
    codes = sorted(characters)
    box = pdf.stream(b"500 0 0 0 500 500 d1 0 0 500 500 re f")
    table = pdf.stream(b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /T def /CMapType 2 def\n"
                       b"1 begincodespacerange <00> <FF> endcodespacerange\n%d beginbfchar\n" % len(codes) +
                       b"".join(b"<%02X> <%s>\n" % (code, characters[code].encode("utf-16-be").hex().encode()) for code in codes) +
                       b"endbfchar endcmap end end")
    names = b" ".join(b"/g%d" % code for code in codes)
    procedures = b" ".join(b"/g%d %d 0 R" % (code, box) for code in codes)
    font = pdf.add(b"<< /Type /Font /Subtype /Type3 /FontBBox [0 0 500 500] /FontMatrix [.001 0 0 .001 0 0] /FirstChar %d"
                   b" /LastChar %d /Widths [%s] /CharProcs << %s >> /Encoding << /Type /Encoding /Differences [%d %s] >>"
                   b" /Resources << >> /ToUnicode %d 0 R >>"
                   % (codes[0], codes[-1], b" ".join([b"500"] * len(codes)), procedures, codes[0], names, table))
    content = pdf.stream(b"BT /F9 12 Tf 50 700 Td <%s> Tj ET" % bytes(drawn).hex().encode())
    pdf.pages.append(pdf.add(b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents %d 0 R"
                             b" /Resources << /Font << /F9 %d 0 R >> >> >>" % (content, font)))
    return pdf.bytes()


def hostile():
    """(name, bytes) of documents that ask for much time or memory, or never end."""
    cycle = Pdf()
    cycle.text_page([(50, 60, 12, "Words before the cycle")])
    yield "a tree of pages that contains itself", cycle.bytes(kids=b"2 0 R %d 0 R" % cycle.pages[0])

    form = Pdf()
    number = len(form.objects) + 1
    form.add(b"<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X %d 0 R >> >> /Length 10 >>\n"
             b"stream\n/X Do /X Do\nendstream" % number)
    form.page(b"/X Do", b"/XObject << /X %d 0 R >>" % number)
    yield "a form that draws itself", form.bytes()

    bomb = Pdf()
    content = bomb.stream(b"q Q " * (15 << 20), compress=True)
    bomb.pages.append(bomb.add(b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents %d 0 R >>" % content))
    yield "a content that inflates to 60 MB", bomb.bytes()

    words = Pdf()
    content = words.stream(b"BT /F1 9 Tf 1 1 Td " + b"(word ) Tj 0 1 Td " * (1 << 18) + b"ET", compress=True)
    words.pages.append(words.add(b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents %d 0 R /Resources"
                                 b" << /Font << /F1 3 0 R >> >> >>" % content))
    yield "a page of very many words", words.bytes()

    nested = Pdf()
    nested.page(b"[" * 200000)
    yield "arrays in arrays", nested.bytes()
    deep = Pdf()
    deep.add(b"[" * 200000 + b"]" * 200000)
    deep.text_page([(50, 60, 12, "Words beside the depth")])
    yield "a deep object", deep.bytes()

    many = Pdf()
    many.text_page([(50, 60, 12, "one")])
    yield "a page count without pages", many.bytes().replace(b"/Count 1", b"/Count 999999999")
    plain = cv().bytes()
    at = plain.rindex(b"startxref")
    start = int(plain[at + 10:].split()[0])
    yield "tables that refer to each other", plain.replace(b"trailer\n<< ", b"trailer\n<< /Prev %d " % start)
    yield "an endless table", plain.replace(b"xref\n0 ", b"xref\n0 99999999")
