"""Sections of the settings for what comes over the network: who signs in, requests, and the identity provider."""

from __future__ import annotations

from dataclasses import dataclass

from kuai.bounds import between


@dataclass(frozen=True)
class AccessSettings:
    """Passwords, lockout and sessions. The least cost of a hash is what OWASP recommends at least for Argon2id."""

    password_least: int = between(8, 64)
    password_most: int = between(64, 1024)
    one_time_hours: int = between(1)
    failures: int = between(1, 100)
    lockout_minutes: int = between(1)
    lockout_most_minutes: int = between(1)
    idle_minutes: int = between(1)
    session_hours: int = between(1)
    hash_passes: int = between(2)
    hash_memory_kb: int = between(19456)
    hash_lanes: int = between(1)


@dataclass(frozen=True)
class HttpSettings:
    """What a request must be like to be looked at, and how many are."""

    hosts: str
    proxies: str
    https: bool
    body_kb: int = between(16, 16_384)
    head_kb: int = between(4, 256)
    seconds: int = between(1, 600)
    at_once: int = between(8)
    requests_a_minute: int = between(60)
    sign_ins_a_minute: int = between(1)
    hashes_at_once: int = between(1, 32)
    export_rows: int = between(1, 10_000_000)
    export_mb: int = between(1, 1024)
    exports_at_once: int = between(1, 32)


@dataclass(frozen=True)
class OidcSettings:
    """The identity provider that signs people in beside local accounts; none if the issuer is empty."""

    issuer: str
    client_id: str
    secret_file: str
    name_claim: str
    role_claim: str
    roles: str
    redirect: str
