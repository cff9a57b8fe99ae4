import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { openStatusWorld, type StatusWorld } from '../../../test/support/status-world.ts';
import { AT, broken, incidentWith, suspensionOf, SYSTEM } from '../../incidents/testing/konbini.ts';
import type { IncidentUpdate } from '../../incidents/index.ts';
import { readKept } from './status-folder.ts';

const OUTAGE = incidentWith([broken(SYSTEM.itunes, 'redeem', '2019-12-20T19:19:00+09:00')]);

test('a page is made once, and anew when what it tells has changed', async () => {
  const world = openStatusWorld();
  const before = world.board.find('/status', 'ja');
  assert.equal(world.board.find('/status', 'ja'), before);
  await world.tell([OUTAGE]);
  const after = world.board.find('/status', 'ja');
  assert.notEqual(after?.etag, before?.etag);
  assert.match(text(world, '/status'), /いまは買わないでください/);
  assert.equal(String(gunzipSync(after?.zipped ?? Buffer.of())), String(after?.plain));
});

test('a suspension is told in the same millisecond in which it begins to refuse', () => {
  const world = openStatusWorld();
  world.suspend([suspensionOf({ sellerId: 1 }, '2019-12-20T21:00:00+09:00')]);
  world.clock.advance(3_600_000 - 1);
  assert.doesNotMatch(text(world, '/status'), /販売を停止しています/);
  world.clock.advance(1);
  assert.match(text(world, '/status'), /販売を停止しています/);
  const summary = json(world, '/api/v2/summary.json');
  assert.equal(summary.suspensions[0].since, '2019-12-20T12:00:00.000Z');
  assert.equal(summary.page.updated_at, '2019-12-20T12:00:00.000Z');
  assert.equal(summary.status.indicator, 'minor');
  assert.equal(summary.incidents[0].id, 'sus_1', 'readers of the convention are told of it too');
  assert.match(text(world, '/status/feed.atom'), /販売を停止しています/);
});

test('without a database it goes on answering and says since when it has heard nothing', async () => {
  const world = openStatusWorld();
  await world.tell([OUTAGE]);
  world.database = 'down';
  world.clock.advance(10_000);
  await world.confirm();
  assert.doesNotMatch(text(world, '/status'), /このページは/);
  world.clock.advance(10_000);
  await world.confirm();
  assert.match(text(world, '/status'), /このページは 2019年12月20日 20:00:00 の情報です/);
  assert.match(text(world, '/status'), /買えますが、使えません/);
  assert.equal(json(world, '/api/v2/status.json').page.checked_at, '2019-12-20T11:00:00.000Z');
  world.database = 'answers';
  await world.confirm();
  assert.doesNotMatch(text(world, '/status'), /このページは/);
});

test('what was kept on disk is what the next server serves before it has a database', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'kinken-status-'));
  try {
    const world = openStatusWorld(folder);
    await world.tell([OUTAGE]);
    world.board.keepFresh();
    await world.board.settled();
    const kept = await readKept(folder);
    const page = kept?.('/status', 'ja');
    assert.equal(String(page?.plain), text(world, '/status'));
    assert.equal(page?.etag, world.board.find('/status', 'ja')?.etag);
    assert.ok(kept?.('/status/incidents/inc_1', 'en'));
    assert.ok(kept?.('/api/v2/summary.json', 'ja'));
    assert.ok((await readdir(folder)).every((name) => !name.endsWith('.new')));
    assert.equal(await readKept(join(folder, 'nowhere')), null);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test('what nobody has told has no page', async () => {
  const world = openStatusWorld();
  await world.tell([OUTAGE]);
  assert.ok(world.board.find('/status/incidents/inc_1', 'ja'));
  const strange = [
    '/status/incidents/inc_2',
    '/status/incidents/inc_01',
    '/status/history/2019-12',
  ];
  for (const path of [...strange, '/status/history/1999-99', '/status/incidents/..%2f..']) {
    assert.equal(world.board.find(path, 'ja'), undefined, path);
  }
});

test('scripts and entities in public texts stay text, on the page, in the feed and in the documents', async () => {
  const world = openStatusWorld();
  const evil = '<script>alert(1)</script>"\'`&\u0007]]>=cmd|calc';
  const update: IncidentUpdate = {
    updateId: 1,
    incidentId: 1,
    state: 'investigating',
    bodyJa: evil,
    bodyEn: evil,
    changed: [],
    shownAt: AT,
    recordedAt: AT,
    recordedBy: 'operator:1',
    correctsId: null,
  };
  await world.tell([{ ...OUTAGE, titleJa: evil, titleEn: evil, updates: [update] }]);
  world.suspend([
    suspensionOf({ sellerId: 1 }, '2019-12-20T20:00:00+09:00', { textJa: evil, criteria: evil }),
  ]);
  for (const path of ['/status', '/status/incidents/inc_1', '/status/feed.atom']) {
    assert.doesNotMatch(text(world, path), /<script/, path);
    assert.match(text(world, path), /&lt;script&gt;/, path);
  }
  assert.ok(!text(world, '/status/feed.atom').includes('\u0007'), 'XML cannot say that');
  assert.equal(json(world, '/api/v2/summary.json').incidents[0].name, evil);
});

test('a correction is seen beside what it corrects', async () => {
  const world = openStatusWorld();
  const first = updateOf(1, 'アプリの不具合です。', null);
  const second = updateOf(2, '店舗側のシステムの不具合です。', 1);
  await world.tell([{ ...OUTAGE, updates: [first, second] }]);
  const page = text(world, '/status/incidents/inc_1');
  assert.match(page, /<del>アプリの不具合です。<\/del>/);
  assert.match(page, /訂正しました/);
  assert.match(page, /店舗側のシステムの不具合です。/);
  const [incident] = json(world, '/api/v2/incidents.json').incidents;
  assert.deepEqual(
    incident.incident_updates.map((each: { id: string; corrects: string | null }) => [
      each.id,
      each.corrects,
    ]),
    [
      ['upd_2', 'upd_1'],
      ['upd_1', null],
    ],
  );
});

function updateOf(updateId: number, body: string, correctsId: number | null): IncidentUpdate {
  return {
    updateId,
    incidentId: 1,
    state: 'identified',
    bodyJa: body,
    bodyEn: body,
    changed: [],
    shownAt: AT + updateId,
    recordedAt: AT + updateId,
    recordedBy: 'operator:1',
    correctsId,
  };
}

function text(world: StatusWorld, path: string): string {
  return String(world.board.find(path, 'ja')?.plain);
}

// oxlint-disable-next-line typescript/no-explicit-any -- any document, as a reader would take it
function json(world: StatusWorld, path: string): any {
  return JSON.parse(text(world, path));
}
