"""Platform certificates, for merchants that do not use the platform's public key yet."""

from typing import Any

from sanic import Blueprint

from wechat_mock.pay import keys
from wechat_mock.pay.books import moment
from wechat_mock.pay.edge import Call, interface
from wechat_mock.pay.errors import PayFault

certificates = Blueprint("pay_certificates")


@interface(certificates, "GET", "/v3/certificates")
async def listed(call: Call) -> dict[str, Any]:
    """Every certificate that still may sign, each sealed with the merchant's APIv3 key."""
    if call.merchant.mode == "public_key":
        raise PayFault("RESOURCE_NOT_EXISTS", "无可用的平台证书，请使用微信支付公钥")
    return {"data": [_sealed(call, signer) for signer in call.books.platform.certificates]}


def _sealed(call: Call, signer: keys.Signer) -> dict[str, Any]:
    certificate = signer.certificate
    assert certificate is not None
    return {
        "serial_no": signer.serial,
        "effective_time": moment(certificate.not_valid_before_utc.timestamp()),
        "expire_time": moment(certificate.not_valid_after_utc.timestamp()),
        "encrypt_certificate": keys.seal(
            call.merchant.apiv3_key, signer.certificate_pem, "certificate"
        ),
    }
