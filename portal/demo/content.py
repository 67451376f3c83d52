"""Who plays in the demo: a software house, a roastery and a writer, all invented.

Web and mail addresses end in `.example` or are at example.com/.net/.org (RFC 2606);
phone numbers come from the ranges that regulators keep for fiction where a country
has one; VAT ids have a right check digit and begin with 999.
"""

from portal.demo.content_brume import BRUME_ET_CERISE
from portal.demo.content_soft_weather import SOFT_WEATHER
from portal.demo.content_stundenlot import STUNDENLOT
from portal.demo.content_types import DemoMerchant

MERCHANTS: tuple[DemoMerchant, ...] = (STUNDENLOT, BRUME_ET_CERISE, SOFT_WEATHER)
