"""The time machine: a sandbox merchant's clock, moved forward by hand."""

from datetime import date, datetime, time, timedelta
from typing import Any

from flask import Blueprint, abort, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectChoice
from wtforms.validators import Optional

from portal.accounts.clocks import FARTHEST, ClockAdvance
from portal.billing.errors import BillingError
from portal.billing.events import Event
from portal.billing.merchants import Merchant
from portal.billing.periods import Interval, boundary
from portal.delivery.clock_jobs import advance_later
from portal.record import now
from portal.web.dashboard.activity import by_day
from portal.web.dashboard.scope import the_merchant
from portal.web.errors import refusal
from portal.web.forms import Day, Form
from portal.web.pages import render_page, see
from portal.web.zone import moment

bp = Blueprint("clock", __name__, url_prefix="/clock")

REFRESH_SECONDS = "1"
MOST_SHOWN = 500
# What is said of the journey itself is not part of what happened on it.
OWN = ("test_helpers.test_clock.advancing", "test_helpers.test_clock.ready")
STEPS = {
    "day": (Interval.DAY, 1),
    "week": (Interval.WEEK, 1),
    "month": (Interval.MONTH, 1),
    "quarter": (Interval.MONTH, 3),
    "year": (Interval.YEAR, 1),
}
CHOICES = [
    ("day", _l("One day")),
    ("week", _l("One week")),
    ("month", _l("One month")),
    ("quarter", _l("Three months")),
    ("year", _l("One year")),
    ("date", _l("To a date")),
]


class ClockForm(Form):
    step = RadioField(
        _l("How far?"), choices=[SelectChoice(*each) for each in CHOICES], default="month"
    )
    to = Day(_l("Date"), validators=[Optional()])

    def target(self, merchant: Merchant, at: datetime) -> datetime | None:
        """The business time to go to; None, with an error, where no date says it."""
        if self.step.data != "date":
            return boundary(at, *STEPS[self.step.data], 1, merchant.time_zone)
        if self.to.data is None:
            self.to.errors = [_("Choose a date.")]
            return None
        return beginning_of(self.to.data, merchant)


def beginning_of(day: date, merchant: Merchant) -> datetime:
    return datetime.combine(day, time(0), merchant.zone)


@bp.get("")
def show() -> Any:
    return page(ClockForm())


@bp.post("")
def create() -> Any:
    """Set out; a worker makes the journey."""
    merchant, form, at = sandbox(), ClockForm(), moment()
    if not form.validate() or (target := form.target(merchant, at)) is None:
        return page(form, 422)
    try:
        advance_later(ClockAdvance.begin(merchant, target, at=at), at=now())
    except BillingError as refused:
        form.to.errors = [refusal(refused)]
        return page(form, 409)
    return see(url_for(".show"))


def sandbox() -> Merchant:
    """Real customers live in real time: a live merchant has no such page."""
    merchant = the_merchant()
    return merchant if merchant.is_sandbox else abort(404)


def page(form: ClockForm, status: int = 200) -> Any:
    merchant, at = sandbox(), moment()
    journey = ClockAdvance.newest_of(merchant)
    is_moving = bool(journey and not journey.finished_at)
    happened = events_of(journey) if journey and not is_moving else []
    answer = render_page(
        f"dashboard/clock/{'moving' if is_moving else 'show'}.html",
        status=status,
        form=form,
        journey=journey,
        at=at,
        is_ahead=merchant.clock_offset > 0,
        earliest=merchant.day(at) + timedelta(days=1),
        latest=merchant.day(at + FARTHEST),
        days=by_day(happened[:MOST_SHOWN]),
        is_cut=len(happened) > MOST_SHOWN,
    )
    if is_moving:
        answer.headers["Refresh"] = REFRESH_SECONDS
    return answer


def events_of(journey: ClockAdvance) -> list[Event]:
    """What happened on the way, in order; one more than is shown."""
    mine = Event.merchant == journey.merchant_id
    on_the_way = (Event.created_at > journey.from_at) & (Event.created_at <= journey.to_at)
    query = Event.select().where(mine & on_the_way & Event.type.not_in(OWN)).order_by(Event.id)
    return list(query.limit(MOST_SHOWN + 1))
