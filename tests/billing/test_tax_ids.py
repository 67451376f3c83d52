import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.billing.tax_ids import (
    TAX_ID_TYPES,
    TaxIdMalformed,
    TaxIdTypeUnknown,
    check,
    types_for,
)


@pytest.mark.parametrize(
    ("kind", "typed", "country", "stored"),
    [
        ("eu_vat", " de 136 695 976 ", "DE", "DE136695976"),
        ("eu_vat", "136695976", "DE", "DE136695976"),
        ("eu_vat", "FR 40 303 265 045", "FR", "FR40303265045"),
        ("eu_vat", "ATU13585627", "AT", "ATU13585627"),
        ("eu_vat", "EL 094259216", "GR", "EL094259216"),
        ("eu_vat", "GR094259216", "GR", "EL094259216"),
        ("eu_vat", "094259216", "GR", "EL094259216"),
        ("eu_vat", "NL4495445B01", "NL", "NL004495445B01"),
        ("eu_vat", "DE136695976", "FR", "DE136695976"),
        ("gb_vat", "980 7806 84", "GB", "GB980780684"),
        ("gb_vat", "GB980780684", "GB", "GB980780684"),
        ("ch_vat", "CHE-107.787.577 MWST", "CH", "CHE107787577MWST"),
        ("no_vat", "NO 995 525 828 MVA", "NO", "995525828MVA"),
        ("de_stn", "181/815/08155", "DE", "18181508155"),
        ("us_ein", "04-2103594", "US", "042103594"),
        ("ca_gst_hst", "12302 6635 RT 0001", "CA", "123026635RT0001"),
    ],
)
def test_an_id_is_stored_without_ornament(kind, typed, country, stored):
    assert check(kind, typed, country) == stored


@pytest.mark.parametrize(
    ("kind", "typed", "country"),
    [
        ("eu_vat", "DE136695978", "DE"),
        ("eu_vat", "DE13669597", "DE"),
        ("eu_vat", "136695976", ""),
        ("eu_vat", "136695976", "US"),
        ("eu_vat", "GB980780684", "GB"),
        ("eu_vat", "XX123", "DE"),
        ("eu_vat", "", "DE"),
        ("eu_vat", "ＤＥ136695976", "DE"),
        ("eu_vat", "DE" + "1" * 5000, "DE"),
        ("gb_vat", "GB980780685", "GB"),
        ("ch_vat", "CHE-107.787.577", "CH"),
        ("ca_gst_hst", "12302 6635 RC 0001", "CA"),
        ("de_stn", "<script>", "DE"),
    ],
    ids=lambda value: ascii(value)[:30],
)
def test_a_mistyped_id_is_refused(kind, typed, country):
    with pytest.raises(TaxIdMalformed):
        check(kind, typed, country)


def test_a_refusal_says_how_it_is_written():
    with pytest.raises(TaxIdMalformed) as refused:
        check("eu_vat", "12", "DE")
    assert refused.value.details["example"] == "DE136695976"


def test_a_kind_that_does_not_exist_is_refused():
    with pytest.raises(TaxIdTypeUnknown):
        check("mars_vat", "1", "DE")


@pytest.mark.parametrize("kind", TAX_ID_TYPES.values(), ids=lambda kind: kind.type)
def test_the_example_of_each_kind_is_one(kind):
    stored = check(kind.type, kind.example, kind.country)
    assert check(kind.type, stored, kind.country) == stored


def test_the_kinds_of_the_country_come_first():
    assert [kind.type for kind in types_for("DE")][:2] == ["eu_vat", "de_stn"]
    assert [kind.type for kind in types_for("CH")][:2] == ["ch_vat", "ch_uid"]
    assert len(types_for("XX")) == len(TAX_ID_TYPES)


@given(st.sampled_from(list(TAX_ID_TYPES)), st.text(max_size=60), st.sampled_from(["DE", "GR", ""]))
def test_no_text_is_worse_than_malformed(kind, text, country):
    try:
        stored = check(kind, text, country)
    except TaxIdMalformed:
        return
    assert check(kind, stored, country) == stored
