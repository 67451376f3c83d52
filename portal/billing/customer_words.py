"""The words by which a customer is found again."""

import re

WORD = re.compile(r"[^\s,;()\"]+")


def words_of(customer_id: str, names: str, email: str) -> set[str]:
    """The words that find a customer: names, the id, the address and its parts."""
    words = terms_of(f"{names} {email}") | {customer_id.lower(), email.rpartition("@")[2]}
    return (words | set(re.split(r"[@.+_-]", email))) - {""}


def terms_of(text: str) -> set[str]:
    """The words of a text as they are looked up: in small letters, each once."""
    return {word.lower() for word in WORD.findall(text)}
