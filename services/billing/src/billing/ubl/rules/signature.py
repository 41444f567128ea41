"""The stamp of an e-invoice: XAdES-BES, enveloped, as ZATCA's security features standard has it."""

from base64 import b64decode, b64encode
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import Certificate
from lxml import etree

from billing.ubl.rules.qr import tagged
from billing.ubl.rules.writing import AGGREGATE, BASIC, SPACES, Element

_SPACES: Final = {name: space for name, space in SPACES.items() if name}
_QR: Final = "cac:AdditionalDocumentReference[cbc:ID='QR']"
# What is not hashed: the stamp, where it is told of, and the code, which holds the hash.
_UNHASHED: Final = ("ext:UBLExtensions", "cac:Signature", _QR)
# The last of the tags that every code has, in phase 1 too.
_LAST_PLAIN: Final = 5
# Its hash is of these bytes, blanks and all, with the names of its spaces on each element: what the
# authority's own kit hashes (and verifies), which is no canonical form of what stands in the file.
_PROPERTIES: Final = """\
<xades:SignedProperties xmlns:xades="http://uri.etsi.org/01903/v1.3.2#" Id="xadesSignedProperties">
                  <xades:SignedSignatureProperties>
                    <xades:SigningTime>{time}</xades:SigningTime>
                    <xades:SigningCertificate>
                      <xades:Cert>
                        <xades:CertDigest>
                          <ds:DigestMethod xmlns:ds="http://www.w3.org/2000/09/xmldsig#" Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>
                          <ds:DigestValue xmlns:ds="http://www.w3.org/2000/09/xmldsig#">{digest}</ds:DigestValue>
                        </xades:CertDigest>
                        <xades:IssuerSerial>
                          <ds:X509IssuerName xmlns:ds="http://www.w3.org/2000/09/xmldsig#">{issuer}</ds:X509IssuerName>
                          <ds:X509SerialNumber xmlns:ds="http://www.w3.org/2000/09/xmldsig#">{serial}</ds:X509SerialNumber>
                        </xades:IssuerSerial>
                      </xades:Cert>
                    </xades:SigningCertificate>
                  </xades:SignedSignatureProperties>
                </xades:SignedProperties>"""
_STAMP: Final = """\
<ext:UBLExtensions xmlns:ext="urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2"><ext:UBLExtension>
    <ext:ExtensionURI>urn:oasis:names:specification:ubl:dsig:enveloped:xades</ext:ExtensionURI>
    <ext:ExtensionContent>
      <sig:UBLDocumentSignatures xmlns:sig="urn:oasis:names:specification:ubl:schema:xsd:CommonSignatureComponents-2" xmlns:sac="urn:oasis:names:specification:ubl:schema:xsd:SignatureAggregateComponents-2" xmlns:sbc="urn:oasis:names:specification:ubl:schema:xsd:SignatureBasicComponents-2">
        <sac:SignatureInformation>
          <cbc:ID xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">urn:oasis:names:specification:ubl:signature:1</cbc:ID>
          <sbc:ReferencedSignatureID>urn:oasis:names:specification:ubl:signature:Invoice</sbc:ReferencedSignatureID>
          <ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#" Id="signature">
            <ds:SignedInfo>
              <ds:CanonicalizationMethod Algorithm="http://www.w3.org/2006/12/xml-c14n11"/>
              <ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"/>
              <ds:Reference Id="invoiceSignedData" URI="">
                <ds:Transforms>
                  <ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116">
                    <ds:XPath>not(//ancestor-or-self::ext:UBLExtensions)</ds:XPath>
                  </ds:Transform>
                  <ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116">
                    <ds:XPath>not(//ancestor-or-self::cac:Signature)</ds:XPath>
                  </ds:Transform>
                  <ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116">
                    <ds:XPath>not(//ancestor-or-self::cac:AdditionalDocumentReference[cbc:ID='QR'])</ds:XPath>
                  </ds:Transform>
                  <ds:Transform Algorithm="http://www.w3.org/2006/12/xml-c14n11"/>
                </ds:Transforms>
                <ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>
                <ds:DigestValue>{hash}</ds:DigestValue>
              </ds:Reference>
              <ds:Reference Type="http://www.w3.org/2000/09/xmldsig#SignatureProperties" URI="#xadesSignedProperties">
                <ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>
                <ds:DigestValue>{properties_hash}</ds:DigestValue>
              </ds:Reference>
            </ds:SignedInfo>
            <ds:SignatureValue>{signature}</ds:SignatureValue>
            <ds:KeyInfo>
              <ds:X509Data>
                <ds:X509Certificate>{certificate}</ds:X509Certificate>
              </ds:X509Data>
            </ds:KeyInfo>
            <ds:Object>
              <xades:QualifyingProperties xmlns:xades="http://uri.etsi.org/01903/v1.3.2#" Target="signature">
                {properties}
              </xades:QualifyingProperties>
            </ds:Object>
          </ds:Signature>
        </sac:SignatureInformation>
      </sig:UBLDocumentSignatures>
    </ext:ExtensionContent>
  </ext:UBLExtension></ext:UBLExtensions>"""  # noqa: E501


@dataclass(frozen=True, slots=True)
class Signed:
    """A document with its stamp, its hash and its code, both in base64."""

    xml: bytes
    hash: str
    qr: str


def document_hash(xml: bytes) -> str:
    """What the next document of the device holds of it: SHA-256 of the canonical form, base64."""
    return b64encode(sha256(_canonical(etree.fromstring(xml))).digest()).decode()


def sign(
    xml: bytes, key: ec.EllipticCurvePrivateKey, certificate: Certificate, at: str
) -> Signed:  # fmt: skip
    """The document with the stamp of a device, made at this moment (as the document writes it)."""
    root = etree.fromstring(xml)
    digest = sha256(_canonical(root)).digest()
    hashed = b64encode(digest).decode()
    # Twice hashed, as the kit has it: what is signed is the digest.
    signature = b64encode(key.sign(digest, ec.ECDSA(SHA256()))).decode()
    _put_stamp(root, hashed, signature, certificate, at)
    code = _put_code(root, hashed, signature, certificate)
    made: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return Signed(made, hashed, code)


def code_in(xml: bytes) -> str | None:
    """The code that a document holds."""
    found = _one(etree.fromstring(xml), f"{_QR}//cbc:EmbeddedDocumentBinaryObject")
    return None if found is None else found.text


def _canonical(root: Element) -> bytes:
    copy = etree.fromstring(etree.tostring(root))
    for path in _UNHASHED:
        found = _one(copy, path)
        if found is not None:
            copy.remove(found)
    hashed: bytes = etree.tostring(copy, method="c14n")
    return hashed


def _one(root: Element, path: str) -> Element | None:
    return root.find(path, _SPACES)


def _put_stamp(
    root: Element, hashed: str, signature: str, certificate: Certificate, at: str
) -> None:  # fmt: skip
    encoded = b64encode(certificate.public_bytes(Encoding.DER)).decode()
    said = {
        "time": at, "digest": _hex(encoded.encode()), "serial": certificate.serial_number,
        "issuer": _escaped(certificate.issuer.rfc4514_string().replace(",", ", ")),
    }  # fmt: skip
    properties = _PROPERTIES.format(**said)
    plain = properties.replace(' xmlns:ds="http://www.w3.org/2000/09/xmldsig#"', "")
    stamp = _STAMP.format(
        hash=hashed, signature=signature, certificate=encoded,
        properties_hash=_hex(properties.encode()),
        properties=plain.replace(' xmlns:xades="http://uri.etsi.org/01903/v1.3.2#"', ""),
    )  # fmt: skip
    root.insert(0, etree.fromstring(stamp))
    told = etree.Element(f"{{{AGGREGATE}}}Signature")
    for name, value in (
        ("ID", "urn:oasis:names:specification:ubl:signature:Invoice"),
        ("SignatureMethod", "urn:oasis:names:specification:ubl:dsig:enveloped:xades"),
    ):
        etree.SubElement(told, f"{{{BASIC}}}{name}").text = value
    reference = _one(root, _QR)
    if reference is not None:
        reference.addnext(told)


def _put_code(root: Element, hashed: str, signature: str, certificate: Certificate) -> str:
    """The tags from 6 on: hash, signature, key, and of the certificate its own signature."""
    holder = _one(root, f"{_QR}//cbc:EmbeddedDocumentBinaryObject")
    if holder is None or holder.text is None:
        raise ValueError("what is signed has a code")
    public = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    more = (hashed.encode(), signature.encode(), public, certificate.signature)
    parts = b64decode(holder.text) + tagged(more, _LAST_PLAIN + 1)
    holder.text = b64encode(parts).decode()
    return holder.text


def _hex(content: bytes) -> str:
    """In hexadecimal, and that in base64: as ZATCA writes these two digests."""
    return b64encode(sha256(content).hexdigest().encode()).decode()


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
