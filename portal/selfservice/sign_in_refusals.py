"""Why somebody was not signed in."""

from portal.billing.errors import BillingError


class SignInRefused(BillingError):
    """Not signed in; `details` may have `attempts_left` or `seconds`."""

    code = "sign_in_refused"


class CodeMalformed(SignInRefused):
    """Not the digits that a code has; no attempt was spent on it."""

    code = "sign_in_code_malformed"


class CodeWrong(SignInRefused):
    """`attempts_left`: how many more this code can stand."""

    code = "sign_in_code_wrong"


class CodeExhausted(SignInRefused):
    code = "sign_in_code_exhausted"


class CodeOver(SignInRefused):
    """Expired, used, or replaced by a newer one."""

    code = "sign_in_code_over"


class CodesTooFrequent(SignInRefused):
    """`seconds` until another code may be asked for."""

    code = "sign_in_codes_too_frequent"


class TriesTooFrequent(SignInRefused):
    """`seconds` until a code may be tried again."""

    code = "sign_in_tries_too_frequent"
