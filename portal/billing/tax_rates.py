"""VAT rates in percent: EU-27, Great Britain, Switzerland, Norway, since 2020.

Sources: Council Directive 2006/112/EC (Art. 96–99, Annex III) sets the frame;
the rates are those of the national laws, as the European Commission's "Taxes in
Europe Database" and the tax authorities (HMRC, ESTV, Skatteetaten) publish them.
Where a country splits a category (food above all), the line says the rate of the
ordinary case; a category without a line is taxed at the standard rate. Regional
rates (Corsica, Madeira, …) are not in here. The merchant remains responsible
for the rate on the invoice.

A line reads: country, categories, rate on 1 January 2020, then day and new rate.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from portal.billing.tax_codes import TaxCategory

FIRST_DAY = date(2020, 1, 1)
OUTSIDE_EU = frozenset({"CH", "GB", "NO"})
# Treated as another country's territory for VAT: Art. 7 of the directive; treaty LI–CH.
TERRITORIES = MappingProxyType({"MC": "FR", "IM": "GB", "LI": "CH"})

_TABLE = """
AT standard                                    20
AT books,ebooks,newspapers,digital_newspapers  10   2020-07-01 5   2022-01-01 10
AT food                                        10
BE standard                                    21
BE books,ebooks,food                           6
BE newspapers,digital_newspapers               0
BG standard                                    20
BG books,ebooks                                20   2020-07-01 9
CH standard                                    7.7  2024-01-01 8.1
CH books,ebooks,newspapers,digital_newspapers,food  2.5  2024-01-01 2.6
CY standard                                    19
CY books,newspapers                            5    2023-07-21 3
CZ standard                                    21
CZ books                                       10   2024-01-01 0
CZ ebooks                                      21   2020-05-01 10  2024-01-01 0
CZ newspapers                                  10   2024-01-01 12
CZ food                                        15   2024-01-01 12
DE standard                                    19   2020-07-01 16  2021-01-01 19
DE books,ebooks,newspapers,digital_newspapers,food  7  2020-07-01 5  2021-01-01 7
DK standard                                    25
DK newspapers,digital_newspapers               0
EE standard                                    20   2024-01-01 22  2025-07-01 24
EE books                                       9
EE ebooks                                      20   2020-05-01 9
EE newspapers                                  9    2022-08-01 5   2025-01-01 9
EE digital_newspapers                          20   2020-05-01 9   2022-08-01 5   2025-01-01 9
ES standard                                    21
ES books,newspapers                            4
ES ebooks,digital_newspapers                   21   2020-04-23 4
ES food                                        10
FI standard                                    24   2024-09-01 25.5
FI books,ebooks                                10   2025-01-01 14  2026-01-01 13.5
FI newspapers,digital_newspapers               10
FI food                                        14   2026-01-01 13.5
FR standard                                    20
FR books,ebooks,food                           5.5
FR newspapers,digital_newspapers               2.1
GB standard                                    20
GB books,newspapers,food                       0
GB ebooks,digital_newspapers                   20   2020-05-01 0
GR standard                                    24
GR books,newspapers                            6
GR ebooks                                      24   2021-07-18 6
HR standard                                    25
HR books,ebooks                                5
HU standard                                    27
HU books,newspapers                            5
IE standard                                    23   2020-09-01 21  2021-03-01 23
IE books,food                                  0
IE ebooks                                      9    2024-01-01 0
IE newspapers,digital_newspapers               9    2023-01-01 0
IT standard                                    22
IT books,ebooks,newspapers,digital_newspapers  4
IT food                                        10
LT standard                                    21
LT books                                       9    2026-01-01 5
LT newspapers                                  5
LT ebooks                                      21   2023-01-01 9   2026-01-01 5
LU standard                                    17   2023-01-01 16  2024-01-01 17
LU books,ebooks,newspapers,digital_newspapers,food  3
LV standard                                    21
LV books,newspapers                            12   2022-01-01 5
LV ebooks,digital_newspapers                   21   2022-01-01 5
MT standard                                    18
MT books,ebooks,newspapers,digital_newspapers  5
MT food                                        0
NL standard                                    21
NL books,ebooks,newspapers,digital_newspapers,food  9
NO standard                                    25
NO books,ebooks,newspapers,digital_newspapers  0
NO food                                        15
PL standard                                    23
PL books,ebooks                                5
PL newspapers,digital_newspapers               8
PL food                                        5    2022-02-01 0   2024-04-01 5
PT standard                                    23
PT books,ebooks,newspapers,digital_newspapers  6
RO standard                                    19   2025-08-01 21
RO books,newspapers                            5    2025-08-01 11
RO ebooks,digital_newspapers                   19   2022-01-01 5   2025-08-01 11
RO food                                        9    2025-08-01 11
SE standard                                    25
SE books,ebooks,newspapers,digital_newspapers  6
SE food                                        12   2026-04-01 6   2028-01-01 12
SI standard                                    22
SI books,ebooks,newspapers,digital_newspapers  5
SI food                                        9.5
SK standard                                    20   2025-01-01 23
SK food                                        20   2025-01-01 19
SK books,newspapers                            10   2025-01-01 5
SK ebooks                                      20   2025-01-01 5
"""

Steps = tuple[tuple[date, Decimal], ...]


def _read(table: str) -> dict[tuple[str, TaxCategory], Steps]:
    rates: dict[tuple[str, TaxCategory], Steps] = {}
    for line in table.strip().splitlines():
        country, categories, first, *later = line.split()
        days = map(date.fromisoformat, later[::2])
        steps = ((FIRST_DAY, Decimal(first)), *zip(days, map(Decimal, later[1::2]), strict=True))
        for category in categories.split(","):
            rates[country, TaxCategory(category)] = steps
    return rates


# (country, category) to the steps of its rate, oldest first: from that day on, that percentage.
RATES: Mapping[tuple[str, TaxCategory], Steps] = MappingProxyType(_read(_TABLE))
EU = frozenset(country for country, _ in RATES) - OUTSIDE_EU
