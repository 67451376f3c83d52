"""Stripe: cards and direct debits of a live merchant's own account there."""
