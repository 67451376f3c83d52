"""What is said when a rule says no. The domain names the rule; the words are here."""

from flask_babel import lazy_gettext as _l

REFUSALS = {
    "not_a_sandbox": _l("Only the clock of a sandbox can be moved."),
    "clock_never_goes_back": _l("The clock only goes forward. Choose a later date."),
    "clock_too_far": _l("Choose a date within the next five years."),
    "clock_is_moving": _l("The clock is still on its way. Wait until it has arrived."),
    "legal_number_malformed": _l("This number is not written as such numbers are."),
    "dunning_schedule_malformed": _l(
        "Enter at most 15 days, each later than the one before, the last one within 60 days."
    ),
    "not_ready_to_go_live": _l("Something that real customers need is still missing."),
    "already_live": _l("This business is live already."),
    "still_in_sandbox": _l(
        "In the sandbox no real money moves. You choose the provider when you go live."
    ),
    "provider_not_ready": _l("Something that this provider needs is still missing."),
    "not_offered": _l("This is not offered here. Please contact the business."),
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
    "coupon_archived": _l("This coupon is archived, so it cannot be given."),
    "coupon_over": _l("This coupon has expired, so it cannot be given."),
    "coupon_used_up": _l("This coupon was redeemed as often as it may be."),
    "coupon_currency_differs": _l("This coupon is in another currency than the customer's."),
    "coupon_not_for_product": _l("This coupon is for other products."),
    "discount_over": _l("This discount has ended already."),
    "offer_over": _l("This offer is no longer open."),
    "offer_changed": _l("Something changed meanwhile. Please look at the offer again."),
    "promotion_code_taken": _l("Another code that is accepted says the same. Choose another word."),
    "promotion_code_malformed": _l(
        "Use 3 to 40 letters from A to Z, digits, dashes and underscores."
    ),
    "promotion_code_unknown": _l("This code is not known. Please check how it is spelled."),
    "promotion_code_over": _l("This code has expired."),
    "promotion_code_used_up": _l("This code was used as often as it may be."),
    "promotion_code_used_before": _l("You have used this code already."),
    "promotion_code_for_first_time": _l("This code is for new customers only."),
    "promotion_code_below_minimum": _l("This code needs a larger amount than this subscription's."),
    "promotion_code_not_for_product": _l("This code is not for this subscription."),
    "promotion_codes_too_frequent": _l(
        "Too many codes were wrong. Please wait an hour before you try again."
    ),
    "invoice_already_paid": _l("This invoice has already been paid."),
    "invoice_not_open": _l("This invoice is not open any more."),
    "invoice_empty": _l("An invoice needs at least one line."),
    "balance_too_small": _l("The balance is not that large."),
    "balance_unmoved": _l("Enter an amount other than zero."),
    "nothing_to_credit": _l("Enter an amount for at least one line."),
    "credit_too_large": _l("That is more than what is left to credit."),
    "invoice_not_creditable": _l("A void invoice has nothing to credit."),
    "invoice_has_credit_notes": _l(
        "This invoice was credited in part. Credit the rest instead of voiding it."
    ),
    "refund_too_large": _l("That is more than what was paid and has not gone back yet."),
    "payment_not_refundable": _l("Only a payment that went through can be refunded."),
    "refund_not_failed": _l("This refund was tried again already, or has not failed."),
    "invoice_not_correctable": _l(
        "This invoice cannot be corrected any more. Please contact the business."
    ),
    "invoice_already_corrected": _l("This invoice was corrected already."),
    "billing_details_unchanged": _l(
        "The invoice carries your present billing details already. Change them first."
    ),
    "amount_too_large": _l("This amount is too large."),
    "amount_not_due": _l("The amount must be above zero and at most what is due."),
    "no_payment_method": _l("Add a payment method first."),
    "payment_pending": _l(
        "A payment for this invoice is being confirmed. Please wait for its result."
    ),
    "payment_not_in_review": _l("There is nothing to decide about this payment any more."),
    "dunning_not_running": _l("No further attempt is planned for this invoice."),
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
    "statement_empty": _l("The file has no entries."),
    "statement_broken": _l("The file cannot be read. Please download it from your bank again."),
    "statement_unknown": _l("This is no statement: choose camt.053, camt.054 or CSV at your bank."),
    "statement_too_long": _l("The file is too large: 5,000 entries and 2.5 MB at most."),
    "statement_without_columns": _l(
        "The file names no columns for date and amount. The line above the entries must name them."
    ),
    "statement_not_text": _l("This is neither a CSV file nor XML."),
    "statement_changed": _l("Something has changed in the meantime. Please look at it again."),
    "transaction_decided": _l("This line was decided in the meantime."),
    "invoice_unknown": _l("No invoice in this currency has that number."),
    "iban_malformed": _l("This is not the IBAN of an account in the SEPA area."),
    "nothing_to_collect": _l("Nothing is to be collected by that day."),
    "creditor_incomplete": _l(
        "Your account, its holder, your address or the creditor identifier is missing."
    ),
    "batch_overtaken": _l("Somebody exported the same collections. Please look at them again."),
    "batch_invalid": _l("The file would not be valid. Please check the details of your account."),
    "plan_unchanged": _l("That is the plan already. Choose another one, or another quantity."),
    "plan_not_changeable": _l("This is possible again as soon as the open invoice is paid."),
    "subscription_set_to_end": _l(
        "This subscription is set to end. Take the cancellation back first."
    ),
    "subscription_paused": _l("This subscription is paused. Resume it first."),
    "subscription_not_paused": _l("This subscription is not paused."),
    "renewal_pending": _l("This subscription is being renewed. Please try again in a few minutes."),
    "quote_outdated": _l("The preview is not up to date any more. Please check it again."),
    "nothing_scheduled": _l("There is no change to withdraw any more."),
    "quantity_not_offered": _l("This quantity is not offered for this product."),
    "pause_too_long": _l("This duration is not offered. A pause lasts three years at most."),
    "already_subscribed": _l("There is a subscription to this product already."),
    "subscription_not_ended": _l("This subscription has not ended."),
}
