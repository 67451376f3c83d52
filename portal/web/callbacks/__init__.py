"""Blueprint `callbacks`: what payment providers POST to us, signed instead of CSRF."""

from flask import Blueprint

bp = Blueprint("callbacks", __name__, url_prefix="/callbacks")
