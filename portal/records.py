"""Every table there is, parents before children: for tests, migrations and tools."""

from peewee import Model

from portal.accounts.account_tokens import AccountToken
from portal.accounts.api_keys import ApiKey
from portal.accounts.users import DashboardSession, User
from portal.billing.customer_imports import CustomerImport
from portal.billing.customers import Customer, CustomerTerm, TaxId
from portal.billing.events import Event
from portal.billing.invoices import Invoice, InvoiceLine
from portal.billing.merchants import Merchant
from portal.billing.payment_methods import PaymentMethod, PaymentMethodSetup
from portal.billing.payments import Payment
from portal.billing.products import Price, Product
from portal.billing.subscriptions import Subscription, SubscriptionItem
from portal.delivery.heartbeats import Heartbeat
from portal.delivery.jobs import Job
from portal.files import StoredFile
from portal.gateways.sandbox.records import SandboxCharge, SandboxSetup
from portal.selfservice.branding import Branding
from portal.selfservice.configurations import PortalConfiguration
from portal.selfservice.form_nonces import FormNonce
from portal.selfservice.login_links import LoginLink
from portal.selfservice.portal_sessions import PortalSession
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
    StoredFile,
    Branding,
    PortalConfiguration,
    LoginLink,
    SignInChallenge,
    PortalSession,
    FormNonce,
    User,
    DashboardSession,
    AccountToken,
    ApiKey,
    Job,
    Heartbeat,
    RateCounter,
    SandboxSetup,
    SandboxCharge,
)
