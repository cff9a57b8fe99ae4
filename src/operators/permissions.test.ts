import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { PERMISSIONS, permissionsOf, ROLES, type Permission } from './index.ts';

/** How the page for administrators calls each permission. */
const CALLED: Readonly<Record<Permission, string>> = {
  'overview:see': 'see figures, suspensions, incidents',
  'suspensions:see': 'see figures, suspensions, incidents',
  'incidents:see': 'see figures, suspensions, incidents',
  'offers:see': 'see offers',
  'cards:look': 'search cards and see their stories',
  'cards:freeze': "freeze, and lift the own desk's freezes",
  'reports:settle': 'settle reports of customers',
  'offers:change': 'change offers',
  'suspensions:throw': 'stop something',
  'suspensions:resume': 'resume or end a stop (two people)',
  'incidents:edit': 'edit incidents',
  'notices:see': 'see what mails were sent',
  'members:look': 'find a member by its mail address',
  'cases:settle':
    'work on cases of members, open one by phone, ask for what is given back (two people)',
  'cases:approve': 'be the second person for what is given back',
  'approvals:see': 'see approvals',
  'operators:see': 'see operators',
  'operators:change': 'ask for an operator, a role, an invitation',
  'operators:approve': 'be the second person for that',
  'glass:break': 'break the glass',
  'glass:review': 'review broken glass',
  'audit:see': 'read the audit trail',
};

test('the table of roles says what each role may do', () => {
  const page = readFileSync(new URL('../../docs/operations/operators.md', import.meta.url), 'utf8');
  for (const permission of PERMISSIONS) {
    const row = page.split('\n').find((line) => line.startsWith(`| ${CALLED[permission]} |`));
    assert.ok(row, CALLED[permission]);
    const marks = row.split('|').slice(2, -1);
    const said = ROLES.filter((_role, place) => marks[place]?.trim() === 'x');
    const held = ROLES.filter((role) => permissionsOf([role]).has(permission));
    assert.deepEqual(said, held, permission);
  }
});

test('whoever gives roles does not look at customers, and the auditor changes nothing', () => {
  const administrator = permissionsOf(['administrator']);
  assert.ok(!administrator.has('cards:look'));
  const auditor = [...permissionsOf(['auditor'])];
  assert.ok(auditor.every((permission) => permission.endsWith(':see')));
  for (const role of ROLES) {
    const held = permissionsOf([role]);
    assert.ok(!held.has('cards:freeze') || held.has('cards:look'), role);
  }
});
