-- name: findOperatorById
select
  operator.id as operator_id,
  operator.email,
  operator.name,
  operator.locale,
  operator.roles,
  operator.issuer_id,
  operator.is_active,
  operator.two_factor_enabled
from operators.operator
where operator.id = :operatorId;

-- name: findOperatorByEmail
select
  operator.id as operator_id,
  operator.email,
  operator.name,
  operator.locale,
  operator.roles,
  operator.issuer_id,
  operator.is_active,
  operator.two_factor_enabled
from operators.operator
where operator.email = :email;

-- name: listOperators
-- nullable: onlyIssuerId
-- notnull: has_password
select
  operator.id as operator_id,
  operator.email,
  operator.name,
  operator.locale,
  operator.roles,
  operator.issuer_id,
  operator.is_active,
  operator.two_factor_enabled,
  operator.created_at,
  exists (
    select
    from operators.credential
    where credential.operator_id = operator.id
      and credential.password is not null
  ) as has_password,
  (
    select max(session.created_at)
    from operators.session
    where session.operator_id = operator.id
  ) as signed_in_at
from operators.operator
where :onlyIssuerId::int is null
  or operator.issuer_id = :onlyIssuerId::int
order by operator.email
limit 1000;

-- name: insertOperator
-- nullable: issuerId
insert into operators.operator (
  id, email, name, locale, roles, issuer_id, created_at, updated_at
)
values (:operatorId, :email, :name, :locale, :roles, :issuerId, :at, :at);

-- name: updateOperatorRoles
update operators.operator
set
  roles = :roles,
  updated_at = :at
where id = :operatorId;

-- name: updateOperatorActive
-- nullable: disabledAt, disabledBy
update operators.operator
set
  is_active = :isActive,
  disabled_at = :disabledAt,
  disabled_by = :disabledBy,
  updated_at = :at
where id = :operatorId;

-- name: updateOperatorLocale
update operators.operator
set
  locale = :locale,
  updated_at = :at
where id = :operatorId;

-- name: endSessionsOf
delete from operators.session
where operator_id = :operatorId;

-- name: forgetCredentialsOf
-- The old password and the old second factor prove nothing any more.
delete from operators.credential
where operator_id = :operatorId;

-- name: forgetSecondFactorOf
with forgotten as (
  delete from operators.second_factor
  where second_factor.operator_id = :operatorId
)
update operators.operator
set two_factor_enabled = false
where operator.id = :operatorId;

-- name: insertCredential
insert into operators.credential (
  id, account_id, provider_id, operator_id, password, created_at, updated_at
)
values (:id, :operatorId, 'credential', :operatorId, :password, :at, :at);

-- name: insertInvitation
insert into operators.verification (id, identifier, value, expires_at, created_at, updated_at)
values (:id, :identifier, :operatorId, :expiresAt, :at, :at);

-- name: forgetInvitationsOf
delete from operators.verification
where value = :operatorId;

-- name: forgetEnded
-- What is over on the library's own clock; it asks for none of it again.
with sessions as (
  delete from operators.session
  where session.expires_at < :before
)
delete from operators.verification
where verification.expires_at < :before;

-- name: countAdministrators
-- notnull: administrators
select count(*)::int as administrators
from operators.operator
where is_active
  and 'administrator' = any(roles);

-- name: countDisabledBy
-- notnull: disabled
-- How many one person has put out alone since an instant, and who are out still.
select count(*)::int as disabled
from operators.operator
where disabled_by = :actor
  and disabled_at > :since;

-- name: listToTell
-- nullable: issuerId
-- Who may act for an issuer, and who could until lately: whoever puts the others out first is told of as well.
select
  operator.email,
  operator.locale
from operators.operator
where (
    operator.is_active
    or operator.disabled_at > :since
  )
  and (
    operator.issuer_id is null
    or :issuerId::int is null
    or operator.issuer_id = :issuerId::int
  )
order by operator.email
limit 1000;

-- name: listHoldersFor
-- nullable: issuerId
-- Who is left to look at what is done for an issuer (of every issuer: null).
select
  operator.id as operator_id,
  operator.roles
from operators.operator
where operator.is_active
  and (
    operator.issuer_id is null
    or operator.issuer_id = :issuerId::int
  )
order by operator.id;

-- name: lockOperators
-- Changes of the staff wait for one another: the last administrator is not taken away by two at once.
lock table operators.operator in share row exclusive mode;
