"""Logging in and out, phones, settings, posts, leaving."""

import asyncio
from datetime import timedelta
from typing import Any

from tortoise.exceptions import IntegrityError

from backend.core import clock, crypto, limits
from backend.core.actor import SYSTEM, Actor, Role
from backend.core.database import after_commit, transaction
from backend.core.errors import (
    Conflict,
    Forbidden,
    Invalid,
    LinliError,
    NotFound,
    TooMany,
    Unauthenticated,
    UpstreamFailed,
)
from backend.core.events import emit
from backend.foundation.areas import queries as areas
from backend.foundation.audit import service as audit
from backend.foundation.identity import queries, rules
from backend.foundation.identity.events import AvatarChosen, PostEnded, PostGranted, UserErased
from backend.foundation.identity.models import TOTP, Credential, Post, Session, User
from backend.foundation.identity.permissions import P
from backend.foundation.identity.schemas import (
    AdministratorLogin,
    Me,
    MeChange,
    PhoneCode,
    PostListed,
    PostNew,
    SignedIn,
    WechatLogin,
)
from backend.integrations import wechat
from backend.integrations.wechat import BadCode, Throttled, UserBlocked, WeChatError
from backend.settings import settings

_hashing = asyncio.Semaphore(2)
"""Each hash takes 19 MiB for 30 ms: two at a time."""


# -- coming in ---------------------------------------------------------------------------------
async def sign_in_by_wechat(form: WechatLogin, address: str) -> SignedIn:
    """Log in whoever WeChat says is behind the code; a newcomer gets an account.

    Asks WeChat before any transaction. Wrong codes are counted by the address they come from,
    right ones by person. Raises Invalid for a used or foreign code, Forbidden, TooMany,
    UpstreamFailed, Unavailable while nothing can be counted.
    """
    wrong = f"wechat-login:wrong:{limits.network(address)}"
    await limits.check(rules.WRONG_CODES, wrong, closed=True)
    try:
        found = await wechat.api().code_to_session(form.code)
    except BadCode as error:
        await limits.hit(rules.WRONG_CODES, wrong, closed=True)
        raise _as_ours(error) from error
    except WeChatError as error:
        raise _as_ours(error) from error
    person = f"wechat-login:{crypto.digest(found.openid)}"
    await limits.hit(rules.LOGINS, person, closed=True)
    async with transaction():
        user = await _person(found.openid, found.unionid)
        return await open_session(user.id, form.device)


def _as_ours(error: WeChatError) -> LinliError:
    if isinstance(error, BadCode):
        return Invalid(fields={"code": "凭证无效或已用过，请重试"})
    if isinstance(error, UserBlocked):
        return Forbidden("微信暂时限制了这个账号登录")
    return TooMany() if isinstance(error, Throttled) else UpstreamFailed()


async def _person(openid: str, unionid: str | None) -> User:
    user = await User.get_or_none(openid=openid)
    if user is None:
        try:
            return await User.create(openid=openid, unionid=unionid)
        except IntegrityError:  # the same person on two devices in the same moment
            user = await User.get(openid=openid)
    if unionid and user.unionid != unionid:
        await User.filter(id=user.id).update(unionid=unionid)
    return user


async def open_session(user_id: int, device: str = "", *, is_strong: bool = False) -> SignedIn:
    """Log the person in on a device. `is_strong`: two factors were shown, else an administrator's
    post does not count. Raises NotFound for somebody unknown or erased."""
    if not await User.exists(id=user_id, erased_at=None):
        raise NotFound("没有这个人")
    now, token = clock.now(), crypto.new_token()
    hours = rules.ADMINISTRATOR_HOURS if is_strong else 24 * settings().session_days
    session = await Session.create(
        user_id=user_id,
        digest=crypto.digest(token),
        device=device,
        is_strong=is_strong,
        lasts_hours=hours,
        created_at=now,
        seen_at=now,
        expires_at=now + timedelta(hours=hours),
    )
    actor = await queries.authenticate(token)
    if actor is None:
        raise NotFound("没有这个人")
    return SignedIn(token=token, expires_at=session.expires_at, me=await queries.me(actor))


async def sign_in_administrator(form: AdministratorLogin) -> SignedIn:
    """Log in by password and one-time code. Whatever is wrong, the answer and its time are alike.

    Raises Unauthenticated; TooMany after ten failures of a username within a quarter of an hour;
    Unavailable while failures cannot be counted.
    """
    counted = f"administrator:{crypto.digest(form.username)}"
    await limits.hit(rules.LOCKOUT, counted, closed=True)
    credential = await Credential.get_or_none(username=form.username)
    is_right = await _password_fits(credential, form.password.get_secret_value())
    step = _step(credential, form.totp)
    async with transaction():
        signed_in = None
        if credential and is_right and step and await _use_up(credential, step):
            signed_in = await open_session(credential.user_id, form.device, is_strong=True)
        await _record_attempt(credential, is_in=signed_in is not None)
    if signed_in is None:
        raise Unauthenticated("用户名、密码或动态码不正确")
    await limits.forget(rules.LOCKOUT, counted)
    return signed_in


async def _password_fits(credential: Credential | None, password: str) -> bool:
    hashed = credential.password if credential else rules.NOBODY_PASSWORD
    async with _hashing:
        return await asyncio.to_thread(rules.password_fits, hashed, password)


def _step(credential: Credential | None, code: str) -> int | None:
    secret = rules.NOBODY_SECRET
    if credential is not None:
        secret = crypto.decrypt(credential.totp_secret, field=TOTP, row=credential.user_id)
    return rules.totp_step(secret, code, clock.now())


async def _use_up(credential: Credential, step: int) -> bool:
    """Take the one-time code: it, and all before it, never work again."""
    fresh = Credential.filter(id=credential.id, totp_step__lt=step)
    return await fresh.update(totp_step=step) == 1


async def _record_attempt(credential: Credential | None, *, is_in: bool) -> None:
    user_id = credential.user_id if credential else -1
    action = "identity.signed_in" if is_in else "identity.sign_in_failed"
    await audit.record(Actor(user_id), action, f"user:{user_id}")


async def create_administrator(username: str, password: str) -> str:
    """Make an administrator of everything (command line only); returns the `otpauth://` address
    of the second factor, shown once. For a known username: a new password and second factor.

    Raises Invalid for a weak password or a username that is none.
    """
    if len(password) < rules.PASSWORD_LENGTH:
        raise Invalid(fields={"password": f"至少 {rules.PASSWORD_LENGTH} 个字符"})
    form = AdministratorLogin.model_validate(
        {"username": username, "password": password, "totp": "000000"}
    )
    hashed = await asyncio.to_thread(rules.hash_password, password)
    secret = rules.new_totp_secret()
    async with transaction():
        known = await Credential.get_or_none(username=form.username)
        user_id = known.user_id if known else await _new_administrator(form.username)
        sealed = crypto.encrypt(secret, field=TOTP, row=user_id)
        await Credential.update_or_create(
            defaults={"password": hashed, "totp_secret": sealed, "totp_step": 0},
            user_id=user_id,
            username=form.username,
        )
        await _close_sessions(user_id)
        await audit.record(SYSTEM, "identity.administrator_set", f"user:{user_id}")
    return rules.totp_uri(secret, form.username)


async def _new_administrator(username: str) -> int:
    user = await User.create(nickname=username)
    await Post.create(user_id=user.id, role=Role.ADMINISTRATOR, starts_at=clock.now())
    return int(user.id)


# -- devices -----------------------------------------------------------------------------------
async def sign_out(actor: Actor) -> None:
    await Session.filter(id=actor.session_id, revoked_at=None).update(revoked_at=clock.now())
    _forget_soon(actor.user_id)


async def revoke(actor: Actor, session_id: int) -> None:
    """Log out one of the person's own devices, everywhere within a second. Raises NotFound."""
    own = Session.filter(id=session_id, user_id=actor.user_id, revoked_at=None)
    if await own.update(revoked_at=clock.now()) != 1:
        raise NotFound("没有这个设备")
    _forget_soon(actor.user_id)


async def _close_sessions(user_id: int) -> None:
    await Session.filter(user_id=user_id, revoked_at=None).update(revoked_at=clock.now())
    _forget_soon(user_id)


def _forget_soon(user_id: int) -> None:
    after_commit(lambda: queries.forget(user_id))


async def remove_old_sessions() -> int:
    """Delete what was over long ago; say how many."""
    limit = clock.now() - rules.SESSIONS_KEPT
    expired = await Session.filter(expires_at__lt=limit).delete()
    return expired + await Session.filter(revoked_at__lt=limit).delete()


# -- oneself -----------------------------------------------------------------------------------
async def change_me(actor: Actor, form: MeChange) -> Me:
    """Change nickname, avatar or settings. Raises Invalid for somebody else's picture."""
    changes: dict[str, Any] = form.settings.model_dump(exclude_none=True)
    if form.nickname is not None:
        changes["nickname"] = form.nickname
    if form.avatar_id is not None:
        if await queries.avatar_url(actor.user_id, form.avatar_id) is None:
            raise Invalid(fields={"avatar_id": "没有这张图片"})
        changes["avatar_file_id"] = form.avatar_id
    if changes:
        await User.filter(id=actor.user_id, erased_at=None).update(**changes)
    if form.avatar_id is not None:
        await emit(AvatarChosen(actor.user_id))
    return await queries.me(actor)


async def take_phone(actor: Actor, form: PhoneCode) -> Me:
    """Keep the phone number that WeChat confirms. Asks WeChat before any transaction.

    A number that somebody else had is theirs no more: numbers change hands.
    """
    try:
        found = await wechat.api().phone_number(form.code)
    except WeChatError as error:
        raise _as_ours(error) from error
    number = found.number if found.country_code == "86" else f"+{found.country_code}{found.number}"
    try:
        async with transaction():
            await set_phone(actor.user_id, number)
            await audit.record(actor, "identity.phone_confirmed", f"user:{actor.user_id}")
    except IntegrityError as error:
        raise Conflict from error
    return await queries.me(actor)


async def set_phone(user_id: int, number: str) -> None:
    """Seal a confirmed number into the account, and out of any other."""
    former = await queries.by_phone(number)
    if former is not None and former.id != user_id:
        await User.filter(id=former.id).update(phone=None, phone_index=None)
        await audit.record(SYSTEM, "identity.phone_moved", f"user:{former.id}")
    await User.filter(id=user_id, erased_at=None).update(
        phone=crypto.encrypt(number, field="user.phone", row=user_id),
        phone_index=crypto.blind_index(number, field="user.phone"),
    )


async def set_real_name(user_id: int, name: str) -> None:
    """Seal the name that staff are called by."""
    sealed = crypto.encrypt(name, field="user.name", row=user_id)
    await User.filter(id=user_id, erased_at=None).update(real_name=sealed)


async def erase(actor: Actor) -> None:
    """Let the person go: nothing personal stays with the account, which cannot be entered again.

    What they reported stays, nameless: it belongs to the community's ledgers too.
    """
    now, user_id = clock.now(), actor.user_id
    await User.filter(id=user_id).update(
        openid=None,
        unionid=None,
        nickname=rules.GONE,
        real_name=None,
        phone=None,
        phone_index=None,
        avatar_file_id=None,
        erased_at=now,
    )
    await Session.filter(user_id=user_id).delete()
    await Credential.filter(user_id=user_id).delete()
    await Post.filter(user_id=user_id, ends_at=None).update(ends_at=now)
    await Post.filter(user_id=user_id, ends_at__gt=now).update(ends_at=now)
    await audit.record(actor, "identity.erased", f"user:{user_id}")
    await emit(UserErased(user_id))
    _forget_soon(user_id)


# -- posts -------------------------------------------------------------------------------------
async def grant(actor: Actor, form: PostNew) -> PostListed:
    """Give a person a post. Raises NotFound for an area beyond the actor's, Invalid, Conflict."""
    path = (await areas.get(form.area_id)).path or ""
    if not actor.may(P.MANAGE_POSTS, path):
        raise NotFound("没有这个区域")
    user = await _holder(form)
    await _check_unit(form.unit_id)
    starts_at = form.starts_at or clock.now()
    if form.ends_at is not None and form.ends_at <= max(starts_at, clock.now()):
        raise Invalid(fields={"ends_at": "应晚于开始时间和现在"})
    held = await Post.filter(
        user_id=user.id, role=form.role, area_id=form.area_id, unit_id=form.unit_id
    )
    if any(post.ends_at is None or post.ends_at > starts_at for post in held):
        raise Conflict("此人已有这个职务")
    if form.name is not None:
        await set_real_name(user.id, form.name)
    post = await Post.create(
        user_id=user.id,
        granted_by=actor.user_id,
        starts_at=starts_at,
        **form.model_dump(include={"role", "area_id", "unit_id", "title", "ends_at"}),
    )
    facts = {"post_id": post.id, "role": str(post.role), "unit_id": post.unit_id}
    await audit.record(actor, "identity.post_granted", f"user:{user.id}", path, **facts)
    await emit(PostGranted(post.id, user.id))
    _forget_soon(user.id)
    return (await queries.listed([post]))[0]


async def _holder(form: PostNew) -> User:
    found = (
        await queries.by_phone(form.phone)
        if form.phone is not None
        else await User.get_or_none(id=form.user_id)
    )
    if found is None or found.erased_at is not None:
        name = "phone" if form.phone is not None else "user_id"
        raise Invalid(fields={name: "没有这个人，请对方先登录小程序并绑定手机号"})
    return found


async def _check_unit(unit_id: int | None) -> None:
    if unit_id is not None and unit_id not in await queries.unit_names([unit_id]):
        raise Invalid(fields={"unit_id": "没有这个单位"})


async def end(actor: Actor, post_id: int) -> PostListed:
    """End a post now. Raises NotFound for one beyond the actor's, Conflict for one that is over."""
    post = await queries.visible_to(actor).filter(id=post_id).first()
    if post is None:
        raise NotFound("没有这个职务")
    path = await areas.path_of(post.area_id) if post.area_id else queries.EVERYWHERE
    if not actor.may(P.MANAGE_POSTS, path):
        raise NotFound("没有这个职务")
    now = clock.now()
    if post.ends_at is not None and post.ends_at <= now:
        raise Conflict("这个职务已经结束")
    post.ends_at = now
    await post.save(update_fields=["ends_at"])
    await audit.record(actor, "identity.post_ended", f"user:{post.user_id}", path, post_id=post.id)
    await emit(PostEnded(post.id, post.user_id))
    _forget_soon(post.user_id)
    return (await queries.listed([post]))[0]
