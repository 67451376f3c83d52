"""Files as banks hand them out, made from as little as the test is about."""

from typing import Any

V2, V8 = "02", "08"


def a_transfer(**given: Any) -> dict[str, Any]:
    return {
        "amount": "23.80",
        "currency": "EUR",
        "sign": "CRDT",
        "on": "2026-03-12",
        "status": "BOOK",
        "name": "Ada Lovelace",
        "iban": "DE89370400440532013000",
        "text": "",
        "reference": "",
        "e2e": "NOTPROVIDED",
        "bank": "",
        "message": "",
        "reason": "",
    } | given


def camt053(*transfers: dict[str, Any], version: str = V8) -> bytes:
    body = "".join(entry(transfer, version) for transfer in transfers)
    return document(
        "camt.053.001",
        version,
        f"<BkToCstmrStmt>{HEAD}<Stmt>{ACCOUNT}{body}</Stmt></BkToCstmrStmt>",
    )


def camt054(*transfers: dict[str, Any], version: str = V8) -> bytes:
    body = "".join(entry(transfer, version) for transfer in transfers)
    inner = f"{HEAD}<Ntfctn>{ACCOUNT}{body}</Ntfctn>"
    return document(
        "camt.054.001", version, f"<BkToCstmrDbtCdtNtfctn>{inner}</BkToCstmrDbtCdtNtfctn>"
    )


HEAD = "<GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-03-13T06:00:00</CreDtTm></GrpHdr>"
ACCOUNT = "<Id>S1</Id><Acct><Id><IBAN>DE02120300000000202051</IBAN></Id></Acct>"


def document(kind: str, version: str, body: str) -> bytes:
    space = f"urn:iso:std:iso:20022:tech:xsd:{kind}.{version}"
    text = f'<?xml version="1.0" encoding="UTF-8"?><Document xmlns="{space}">{body}</Document>'
    return text.encode()


def entry(given: dict[str, Any], version: str) -> str:
    status = f"<Cd>{given['status']}</Cd>" if version == V8 else given["status"]
    return (
        f'<Ntry><Amt Ccy="{given["currency"]}">{given["amount"]}</Amt>'
        f"<CdtDbtInd>{given['sign']}</CdtDbtInd><Sts>{status}</Sts>"
        f"<BookgDt><Dt>{given['on']}</Dt></BookgDt>"
        f"<AcctSvcrRef>{given['bank']}</AcctSvcrRef>"
        f"<NtryDtls><TxDtls>{details(given, version)}</TxDtls></NtryDtls></Ntry>"
    )


def details(given: dict[str, Any], version: str) -> str:
    name = f"<Nm>{given['name']}</Nm>"
    party = f"<Pty>{name}</Pty>" if version == V8 else name
    message = f"<MsgId>{given['message']}</MsgId>" if given["message"] else ""
    reason = f"<RtrInf><Rsn><Cd>{given['reason']}</Cd></Rsn></RtrInf>" if given["reason"] else ""
    structured = (
        f"<Strd><CdtrRefInf><Ref>{given['reference']}</Ref></CdtrRefInf></Strd>"
        if given["reference"]
        else ""
    )
    return (
        f"<Refs>{message}<EndToEndId>{given['e2e']}</EndToEndId></Refs>"
        f"<RltdPties><Dbtr>{party}</Dbtr>"
        f"<DbtrAcct><Id><IBAN>{given['iban']}</IBAN></Id></DbtrAcct></RltdPties>"
        f"<RmtInf><Ustrd>{given['text']}</Ustrd>{structured}</RmtInf>{reason}"
    )
