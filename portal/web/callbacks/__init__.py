"""Blueprint `callbacks`: what payment providers POST to us, signed instead of CSRF."""

from flask import Blueprint

from portal.web.callbacks import stripe

bp = Blueprint("callbacks", __name__, url_prefix="/callbacks")
bp.register_blueprint(stripe.bp)
