"""QR codes as drawings: black on white, whatever the page they are on looks like."""

from io import BytesIO

from segno import QRCode

# Modules around the code that stay empty, so that scanners find it.
QUIET_ZONE = 4


def svg(code: QRCode) -> bytes:
    """A drawing without a size of its own: the page gives it one."""
    out = BytesIO()
    code.save(
        out,
        kind="svg",
        border=QUIET_ZONE,
        omitsize=True,
        light="#ffffff",
        svgclass=None,
        lineclass=None,
        xmldecl=True,
        nl=False,
    )
    return out.getvalue()
