"""What is said when a rule says no. The domain names the rule; the words are here."""

from flask_babel import lazy_gettext as _l

REFUSALS = {
    "not_a_sandbox": _l("Only the clock of a sandbox can be moved."),
    "clock_never_goes_back": _l("The clock only goes forward. Choose a later date."),
    "clock_too_far": _l("Choose a date within the next five years."),
    "clock_is_moving": _l("The clock is still on its way. Wait until it has arrived."),
    "not_offered": _l("This is not offered here. Please contact the business."),
    "price_is_fixed": _l(
        "Amount, currency and interval of a price cannot change. "
        "Add a new price and archive this one."
    ),
    "product_in_use": _l("A product with prices cannot be deleted. Archive it instead."),
    "product_needs_price": _l("A product needs at least one price."),
    "lookup_key_taken": _l("Another price already has this lookup key."),
    "price_not_usable": _l("This price cannot be used here: it is archived or not recurring."),
    "currency_is_fixed": _l("This customer is billed in another currency."),
    "customer_has_documents": _l(
        "A customer with subscriptions or invoices cannot be deleted: documents must be kept."
    ),
    "subscription_already_ending": _l("This subscription is already set to end."),
    "subscription_not_ending": _l("This subscription is not set to end."),
    "subscription_ended": _l("This subscription has ended."),
    "invoice_already_paid": _l("This invoice has already been paid."),
    "invoice_not_open": _l("This invoice is not open any more."),
    "invoice_empty": _l("An invoice needs at least one line."),
    "amount_too_large": _l("This amount is too large."),
    "amount_not_due": _l("The amount must be above zero and at most what is due."),
    "no_payment_method": _l("Add a payment method first."),
    "payment_pending": _l(
        "A payment for this invoice is being confirmed. Please wait for its result."
    ),
    "payment_failed": _l("The payment did not go through. Nothing was charged."),
    "last_payment_method": _l(
        "This is the only payment method, and a subscription needs one. Add the new one first."
    ),
    "quantity_out_of_range": _l("The quantity must be between 1 and 999,999."),
    "amount_out_of_range": _l("This amount is too large."),
    "tax_id_malformed": _l("This is not a valid number of that kind."),
    "tax_id_taken": _l("This number is on your list already."),
    "too_many_tax_ids": _l("There can be five tax IDs at most. Remove one first."),
    "statement_descriptor_malformed": _l(
        "Use 5 to 22 Latin characters with at least one letter, and none of < > \\ \" ' *."
    ),
    "interval_count_out_of_range": _l("A period may be three years long at most."),
    "unit_amount_missing": _l("Enter an amount."),
    "package_size_out_of_range": _l("A package holds between 1 and 999,999 units."),
    "tiers_missing": _l("Enter at least one tier."),
    "tiers_not_ascending": _l("Each tier must end above the one before it."),
    "last_tier_not_open": _l("Leave the end of the last tier empty: it goes on without end."),
    "currency_unknown": _l("Choose a currency from the list."),
    "import_not_open": _l("This import was started or discarded already."),
    "csv_not_utf8": _l("Save the file as “CSV UTF-8” and upload it again."),
    "csv_empty": _l("The file has no lines to import."),
    "csv_without_email": _l("No column is called “email”. The first line must name the columns."),
    "csv_broken": _l("This is not a CSV file that can be read."),
    "csv_too_long": _l("The file has more than 10,000 lines. Split it into several."),
    "image_too_large": _l("The file is too large."),
    "image_kind": _l("This is not a picture of a kind that can be used here."),
    "image_too_small": _l("The picture is too small."),
    "image_not_square": _l("The picture must be as wide as it is high."),
    "image_square": _l("The picture must be wider than it is high, or higher than wide."),
    "image_broken": _l("The picture cannot be read. Please save it again and try once more."),
    "image_bomb": _l("The picture has too many pixels: 4096 a side at most."),
    "image_quota": _l("There is no more room for pictures. Please remove some first."),
    "password_too_short": _l("Use at least 15 characters."),
    "password_too_long": _l("Use at most 128 characters."),
    "password_too_common": _l("This password is too easy to guess. Choose another one."),
    "password_too_personal": _l(
        "This password is too close to your address or the name of your business."
    ),
    "token_spent": _l("This link was used already, or is too old."),
    "email_taken": _l("Somebody signs in with this address already."),
    "email_malformed": _l("Enter an email address such as name@example.com."),
    "sign_in_code_malformed": _l("That is not a code as we send them."),
    "sign_in_code_wrong": _l("That is not the code."),
    "sign_in_code_exhausted": _l(
        "The code was wrong too many times, so it does not work any more."
    ),
    "sign_in_code_over": _l("This code has expired, or it was used or replaced by a newer one."),
    "sign_in_codes_too_frequent": _l("That was too often. Please wait before you ask again."),
    "sign_in_tries_too_frequent": _l("That was too often. Please wait before you try again."),
    "invoice_prefix_malformed": _l(
        "Use 3 to 12 letters from A to Z, digits and dashes, with no dash at either end."
    ),
}
