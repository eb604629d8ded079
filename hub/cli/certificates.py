"""A certificate of one's own, so that a phone on the same network has a secure context in the demo."""

import datetime as dt
import ipaddress
import os
import socket
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

LIFE = dt.timedelta(days=90)


def own_address() -> str:
    """The address that others on the network reach this machine by; nothing is sent to find it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])


def certificate(folder: Path, address: str, now: dt.datetime) -> tuple[Path, Path, Path]:
    """(authority, certificate, key) for this address, made anew when it moved or the old one nears its end.

    The phone installs the authority. Its key is thrown away at once: it can vouch for nothing else.
    """
    authority, own, key = (folder / f"https-{part}.pem" for part in ("authority", "certificate", "key"))
    if not (authority.exists() and key.exists() and own.exists() and _good(own, address, now)):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _make(authority, own, key, address, now)
    return authority, own, key


def fingerprint(path: Path) -> str:
    return x509.load_pem_x509_certificate(path.read_bytes()).fingerprint(hashes.SHA256()).hex(":").upper()


def _good(path: Path, address: str, now: dt.datetime) -> bool:
    found = x509.load_pem_x509_certificate(path.read_bytes())
    names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return ipaddress.ip_address(address) in names.get_values_for_type(
        x509.IPAddress
    ) and found.not_valid_before_utc <= now < found.not_valid_after_utc - dt.timedelta(days=1)


def _make(authority: Path, own: Path, key: Path, address: str, now: dt.datetime) -> None:
    root_key, own_key = generate_private_key(SECP256R1()), generate_private_key(SECP256R1())
    root_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Hub demo on {socket.gethostname()}")])
    own_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Hub demo")])
    addresses = sorted({address, "127.0.0.1"})
    names = x509.SubjectAlternativeName(
        [x509.DNSName("localhost"), *(x509.IPAddress(ipaddress.ip_address(each)) for each in addresses)]
    )
    root = (
        _started(root_name, root_name, root_key, now)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_uses(signs=True), critical=True)
        .sign(root_key, hashes.SHA256())
    )
    leaf = (
        _started(own_name, root_name, own_key, now)
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_uses(signs=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()), critical=False)
        .sign(root_key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = own_key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    with os.fdopen(os.open(key, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(private)
    own.write_bytes(leaf.public_bytes(pem) + root.public_bytes(pem))
    authority.write_bytes(root.public_bytes(pem))


def _started(
    name: x509.Name, issuer: x509.Name, key: EllipticCurvePrivateKey, now: dt.datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + LIFE)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _uses(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs,
        key_cert_sign=signs,
        crl_sign=signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
