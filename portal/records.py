"""Every table there is, parents before children: for tests, migrations and tools."""

from peewee import Model

from portal.accounts.account_tokens import AccountToken
from portal.accounts.api_keys import ApiKey
from portal.accounts.clocks import ClockAdvance
from portal.accounts.users import DashboardSession, User
from portal.billing.coupons import Coupon, Discount, PromotionCode
from portal.billing.credit_notes import CreditNote, CreditNoteLine
from portal.billing.customer_balances import CustomerBalanceTransaction
from portal.billing.customer_imports import CustomerImport
from portal.billing.customer_tax_ids import TaxId
from portal.billing.customers import Customer, CustomerTerm
from portal.billing.events import Event
from portal.billing.invoice_items import InvoiceItem
from portal.billing.invoice_lines import InvoiceLine
from portal.billing.invoices import Invoice
from portal.billing.ledger_differences import LedgerDifference
from portal.billing.merchants import Merchant
from portal.billing.payment_method_setups import PaymentMethodSetup
from portal.billing.payment_methods import PaymentMethod
from portal.billing.payments import Payment
from portal.billing.products import Price, Product
from portal.billing.refunds import Refund
from portal.billing.scheduled_changes import ScheduledChange
from portal.billing.subscription_items import SubscriptionItem
from portal.billing.subscriptions import Subscription
from portal.delivery.billing_clock import BillingClock
from portal.delivery.heartbeats import Heartbeat
from portal.delivery.jobs import Job
from portal.files import StoredFile
from portal.gateways.accounts import ProviderAccount
from portal.gateways.bank_transfer.records import BankStatement, BankTransaction, OutgoingTransfer
from portal.gateways.sandbox.records import SandboxCharge, SandboxRefund, SandboxSetup
from portal.gateways.sepa.records import SepaBatch, SepaCollection, SepaMandate
from portal.gateways.stripe.records import ProviderEvent, StripeCustomer, StripeRequest
from portal.selfservice.branding import Branding
from portal.selfservice.configurations import PortalConfiguration
from portal.selfservice.form_nonces import FormNonce
from portal.selfservice.login_links import LoginLink
from portal.selfservice.portal_sessions import PortalSession
from portal.selfservice.retention_offers import OfferMade, RetentionOffer
from portal.selfservice.sign_in_codes import SignInChallenge
from portal.throttle import RateCounter

RECORDS: tuple[type[Model], ...] = (
    Merchant,
    Event,
    Customer,
    CustomerTerm,
    TaxId,
    CustomerImport,
    Product,
    Price,
    Subscription,
    SubscriptionItem,
    Invoice,
    InvoiceLine,
    PaymentMethod,
    PaymentMethodSetup,
    Payment,
    InvoiceItem,
    ScheduledChange,
    Coupon,
    PromotionCode,
    Discount,
    CustomerBalanceTransaction,
    CreditNote,
    CreditNoteLine,
    Refund,
    LedgerDifference,
    StoredFile,
    Branding,
    PortalConfiguration,
    RetentionOffer,
    OfferMade,
    LoginLink,
    SignInChallenge,
    PortalSession,
    FormNonce,
    User,
    DashboardSession,
    AccountToken,
    ApiKey,
    ClockAdvance,
    ProviderAccount,
    ProviderEvent,
    StripeCustomer,
    StripeRequest,
    Job,
    Heartbeat,
    BillingClock,
    RateCounter,
    SandboxSetup,
    SandboxCharge,
    SandboxRefund,
    BankStatement,
    BankTransaction,
    OutgoingTransfer,
    SepaMandate,
    SepaBatch,
    SepaCollection,
)
