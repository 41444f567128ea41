"""Mails of identity, through the gateway and the mail server, as their readers get them."""

from uuid import uuid4

from tests.product import PASSWORD, Person, Product

NEW = "a new and longer password"


async def test_an_address_is_proved_and_a_forgotten_password_replaced(product: Product) -> None:
    """GW-05: sign-up, its mail, a forgotten password, its mail, and everybody signed out."""
    owner = await product.sign_up("عيادة الشفاء")
    assert (await owner.get("/v1/me"))["user"]["email_verified"] is False
    token = await product.link_to(owner.email, "verify-email")
    proved = await product.http.post("/v1/auth/email-verification", json={"token": token})
    assert proved.status_code == 200, proved.text
    assert (await owner.get("/v1/me"))["user"]["email_verified"] is True

    asked = await product.http.post("/v1/auth/password-reset", json={"email": owner.email})
    assert asked.status_code == 202, asked.text
    token = await product.link_to(owner.email, "reset-password")
    done = await product.http.post(
        "/v1/auth/password-reset/confirm", json={"token": token, "password": NEW}
    )
    assert done.status_code == 200, done.text
    assert (await owner.ask("GET", "/v1/clients")).status_code == 401
    assert (await product.sign_in(owner.email, NEW))["access_token"]
    [mail] = [m for m in await product.mails_to(owner.email) if "reset-password" in m["text"]]
    assert mail["subject"] == "اختر كلمة مرور جديدة"
    assert 'lang="ar" dir="rtl"' in mail["html"] and "عيادة الشفاء" in mail["headers"]["From"]


async def test_whoever_is_invited_joins_by_the_link_of_the_mail(product: Product) -> None:
    """GW-06"""
    owner = await product.sign_up()
    roles = (await owner.get("/v1/roles", name="agent"))["items"]
    email = f"guest-{uuid4().hex[:10]}@example.com"
    await owner.post("/v1/invitations", {"email": email, "role_id": roles[0]["id"]})
    token = await product.link_to(email, "accept-invitation")
    joined = await product.http.post(
        "/v1/invitations/accept", json={"token": token, "password": PASSWORD}
    )
    assert joined.status_code == 201, joined.text
    guest = Person(product.http, email, await product.sign_in(email), owner.tenant)
    assert (await guest.get("/v1/me"))["user"]["email"] == email
