import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forBothDatabases } from '../../test/support/database.ts';
import { hostsOf, importKnownHosts, readKnownHosts, readUrlList } from './known-hosts.ts';
import { openCheckingHouse } from './testing/checking-house.ts';

const LIST = `date,URL,description
2026-03-01 10:00:00,https://secure.evil.test/login?x=1,Kinken
# a note of who made it
2026/3/3,hxxps://secure[.]evil[.]test/other,"Kinken, the gift"
2026-03-02,http://192.0.2.7/a,"Den""wa"
yesterday,https://evil.test/,Kinken
2026-02-30,https://evil.test/,Kinken
2026-03-04,not an address,Kinken
2026-03-04,word,Kinken
2026-03-04
`;

void test('a list is read by the names of its columns; what cannot be read is told by its line', () => {
  const { urls, wrong, isCut } = readUrlList(`\uFEFF${LIST.replaceAll('\n', '\r\n')}`);
  assert.equal(isCut, false);
  assert.deepEqual(
    wrong.map(({ line }) => line),
    [6, 7, 8, 9, 10],
  );
  assert.deepEqual(
    urls.map(({ on, host, brand }) => [on, host, brand]),
    [
      ['2026-03-01', 'secure.evil.test', 'Kinken'],
      ['2026-03-03', 'secure.evil.test', 'Kinken, the gift'],
      ['2026-03-02', '192.0.2.7', 'Den"wa'],
    ],
  );
  const other = readUrlList('brand,when_date,address\nKinken,2026-01-02,evil.test/a\n');
  assert.deepEqual(other.urls, [
    { on: '2026-01-02', host: 'evil.test', path: '/a', brand: 'Kinken' },
  ]);
  const bare = readUrlList('2026-01-02,evil.test,Kinken\n');
  assert.equal(bare.urls[0]?.host, 'evil.test');
  assert.deepEqual(readUrlList(''), { urls: [], wrong: [], isCut: false });
});

void test('a host has its first and last day, the brand that was named last, and how often', () => {
  assert.deepEqual(hostsOf(readUrlList(LIST).urls), [
    {
      host: '192.0.2.7',
      firstOn: '2026-03-02',
      lastOn: '2026-03-02',
      brand: 'Den"wa',
      urlCount: 1,
    },
    {
      host: 'secure.evil.test',
      firstOn: '2026-03-01',
      lastOn: '2026-03-03',
      brand: 'Kinken, the gift',
      urlCount: 2,
    },
  ]);
});

forBothDatabases(
  'a list that is brought in again changes nothing, and an opinion it stays',
  async (database) => {
    const house = await openCheckingHouse(database);
    const issuerId = await house.issuer();
    const hosts = hostsOf(readUrlList(LIST).urls);
    const rows = async () =>
      (await database.query('select * from checks.known_host order by host')).map((row) => ({
        ...row,
      }));
    await importKnownHosts(database, issuerId, hosts.slice(0, 1)); // cut off behind the first
    await importKnownHosts(database, issuerId, hosts);
    const once = await rows();
    await importKnownHosts(database, issuerId, hosts);
    assert.deepEqual(await rows(), once);
    const many = Array.from({ length: 2_500 }, (_, at) => ({
      ...hosts[0]!,
      host: `h${at}.evil.test`,
    }));
    assert.deepEqual(await importKnownHosts(database, issuerId, many), { hosts: 2_500 });

    const found = await readKnownHosts(database, issuerId, ['secure.evil.test', 'honest.test']);
    assert.deepEqual(
      [...found],
      [['secure.evil.test', { brand: 'Kinken, the gift', since: '2026-03-01' }]],
    );
    assert.equal((await readKnownHosts(database, issuerId + 1, ['secure.evil.test'])).size, 0);

    const listed = await house.check({ link: 'https://secure.evil.test/new' });
    assert.ok(listed.findings.some(({ reason }) => reason === 'host_listed'));
    const ours = { ...hosts[0]!, host: 'kinken.example' };
    await importKnownHosts(database, issuerId, [ours]);
    const own = await house.check({ link: 'https://kinken.example/' });
    assert.equal(own.verdict, 'ours', 'a list of others says nothing about what is really ours');
  },
);
