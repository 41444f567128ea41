"""People sign in at their company's own provider, through the gateway."""

from uuid import uuid4

from tests.identity_provider import Browser, IdentityProvider, provider_at
from tests.product import PASSWORD, Person, Product


async def test_a_colleague_signs_in_by_the_companys_account_until_they_leave(
    product: Product, accounts: IdentityProvider
) -> None:
    """GW-05, GW-07: invited, linked by the proved address, at work in every service, gone."""
    owner = await product.sign_up("شركة الحسابات")
    made = await owner.post("/v1/oidc-providers", provider_at(accounts.issuer))
    role = await owner.get("/v1/roles", name="manager")
    email = f"colleague-{uuid4().hex[:10]}@example.com"
    invitation = {"email": email, "role_id": role["items"][0]["id"]}
    token = (await owner.post("/v1/invitations", invitation))["token"]
    acceptance = {"token": token, "password": PASSWORD}
    joined = await product.http.post("/v1/invitations/accept", json=acceptance)
    assert joined.status_code == 201, joined.text
    proof = {"token": await product.link_to(email, "verify-email")}
    assert (await product.http.post("/v1/auth/email-verification", json=proof)).is_success
    await accounts.knows(email, email=email, email_verified=True)
    browser = Browser(product.http, accounts, made["id"])
    colleague = Person(product.http, email, await browser.sign_in(email), owner.tenant)
    me = await colleague.get("/v1/me")
    assert me["user"]["email"] == email and me["tenant"]["id"] == owner.tenant["id"]
    client = await colleague.post("/v1/clients", {"name": "عميل"})
    assert client["name"] == "عميل"
    log = await owner.get("/v1/audit-log", entity=["sessions", "oidc_identities"])
    own = [one for one in log["items"] if one["actor"] == f"user:{me['user']['id']}"]
    assert {one["entity"] for one in own} == {"sessions", "oidc_identities"}
    await owner.post(f"/v1/users/{me['user']['id']}/deactivate")
    refused = await browser.back(email)
    assert (refused.status_code, refused.json()["code"]) == (400, "oidc_not_linked")
    assert (await colleague.ask("GET", "/v1/clients")).status_code == 401
