"""A postal address as a value. Which parts a country has is told by portal.addresses."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Address:
    """`country` is an ISO 3166 code, `state` a code or a name; "" is what is not known.

    True when anything but the country is known.
    """

    line1: str = ""
    line2: str = ""
    postal_code: str = ""
    city: str = ""
    state: str = ""
    country: str = ""

    def __bool__(self) -> bool:
        return any((self.line1, self.line2, self.postal_code, self.city, self.state))
