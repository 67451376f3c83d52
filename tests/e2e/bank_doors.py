"""What the pages about the bank are about: a statement, a mandate, a debit, a transfer to make."""

from portal.billing.events import Actor, ActorKind
from portal.billing.invoices import Invoice
from portal.billing.money import Money
from portal.billing.payment_method_setups import payer_of
from portal.gateways.bank_transfer.importing import import_statement
from portal.gateways.sepa import mandates
from portal.gateways.sepa.batches import export
from portal.gateways.sepa.gateway import SepaGateway
from portal.gateways.sepa.mandates import Acceptance
from portal.gateways.sepa.records import SepaCollection, SepaMandate
from portal.gateways.sepa.target_days import business_days_after
from portal.record import now
from tests.e2e.world import World
from tests.gateways.bank_transfer.files import a_transfer, camt053
from tests.gateways.bank_transfer.statements import BIC, IBAN
from tests.gateways.sepa.debits import IBAN as OF_ADA


def an_account(world: World) -> None:
    """The merchant says where money is sent, and by what name SEPA knows them."""
    merchant = world.merchant
    merchant.iban, merchant.bic = IBAN, BIC
    merchant.account_holder, merchant.creditor_id = merchant.name, "DE98ZZZ09999999999"
    merchant.save()


def a_statement(world: World) -> str:
    """Lines that pay an invoice, that nobody can place, and one that cannot be read."""
    number = Invoice.get_by_id(world.invoice.id).number
    data = camt053(
        a_transfer(text=f"Invoice {number}", amount="10.00", bank="B1"),
        a_transfer(text="Thank you very much for the wonderful service", bank="B2"),
        a_transfer(amount="wrong"),
    )
    actor = Actor(ActorKind.MEMBER, world.user.id, world.user.name)
    found = import_statement(world.merchant, data, filename="march.xml", actor=actor, at=now())
    return str(found.id)


def an_open_mandate(world: World) -> str:
    """Somebody is on the page where a mandate is given."""
    return str(_mandate(world, "open").secret)


def a_debit(world: World) -> str:
    """One that is at the bank, one that is to be submitted, and a refund to be transferred."""
    mandate = _mandate(world, "given")
    mandates.accept(mandate, Acceptance("Ada Lovelace", OF_ADA, "en", ""), at=now())
    gateway = SepaGateway(world.merchant, now)
    for key in ("first", "second"):
        gateway.charge(Money(1999, "EUR"), mandate.id, f"{world.merchant.id}-{key}")
        if key == "first":
            until = business_days_after(world.merchant.day(now()), 60)
            export(world.merchant, until, actor_name=world.user.name, at=now())
    gateway.refund(f"{world.merchant.id}-first", "", Money(500, "EUR"), f"{world.merchant.id}-r")
    found = SepaCollection.get(SepaCollection.key == f"{world.merchant.id}-first")
    return str(found.id)


def _mandate(world: World, name: str) -> SepaMandate:
    return mandates.mandate_for(
        world.merchant,
        f"{world.merchant.id}-{name}",
        "/p/",
        payer_of(world.customer),
        at=now(),
    )
