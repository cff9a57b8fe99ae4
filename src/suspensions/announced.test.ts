import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readAnnounced } from './announced.ts';

const ZONE = 'Asia/Tokyo';

function read(text: string, day?: string, zone = ZONE): string {
  const result = readAnnounced(text, { zone, day });
  if (!result.ok) return result.refusal;
  assert.equal(result.value.text, text, 'the text is kept as it was announced');
  return `${new Date(result.value.at).toISOString()} ${result.value.precision}`;
}

void describe('what was announced', () => {
  void test('without an hour is the first instant of its day in the zone (R25)', () => {
    assert.equal(read('2018-02-07'), '2018-02-06T15:00:00.000Z day');
    assert.equal(read('2018年2月7日'), '2018-02-06T15:00:00.000Z day');
    assert.equal(read('平成30年2月7日(水)'), '2018-02-06T15:00:00.000Z day');
    assert.equal(read('2018-02-07', undefined, 'UTC'), '2018-02-07T00:00:00.000Z day');
  });

  void test('as 「午後12時00分」 is noon (R25)', () => {
    const noon = '2018-02-07T03:00:00.000Z minute';
    assert.equal(read('午後12時00分', '2018-02-07'), noon);
    assert.equal(read('2018年2月7日(水) 「午後12時00分」'), noon);
    assert.equal(read('2018年２月７日　午後１２時'), noon);
    assert.equal(read('2018年2月7日正午より'), noon);
    assert.equal(read('2018-02-07 12:00 pm'), noon);
  });

  void test('is read in the ways that people write a time', () => {
    const at = '2018-02-03T06:03:00.000Z';
    for (const text of [
      '2018-02-03 15:03',
      '2018/2/3 15:03',
      '2018年2月3日（土）15時03分',
      '2018年2月3日 午後3時3分から',
      '2018-02-03T15:03+09:00',
    ]) {
      assert.equal(read(text), `${at} minute`, text);
    }
    assert.equal(read('2018-02-03T15:03:00+09:00'), `${at} second`);
    assert.equal(read('2018-02-03 15:03:00'), `${at} second`);
    assert.equal(read('令和元年12月20日 午後7時半'), '2019-12-20T10:30:00.000Z minute');
    assert.equal(read('2019-12-20 午前0時'), '2019-12-19T15:00:00.000Z minute');
    assert.equal(read('2019-12-20 24時'), '2019-12-20T15:00:00.000Z minute');
  });

  void test('follows the clocks of a zone that moves them', () => {
    assert.equal(
      read('2026-03-29 15:00', undefined, 'Europe/Berlin'),
      '2026-03-29T13:00:00.000Z minute',
    );
    assert.equal(
      read('2026-03-29 01:00', undefined, 'Europe/Berlin'),
      '2026-03-29T00:00:00.000Z minute',
    );
  });

  void test('is refused and not guessed where it says nothing, or two things', () => {
    assert.equal(read('まもなく'), 'announced_not_read');
    assert.equal(read('2018-02-07 25:00'), 'announced_not_read');
    assert.equal(read('2018-02-07 午後13時'), 'announced_not_read');
    assert.equal(read(''), 'announced_not_read');
    assert.equal(read('午後12時00分'), 'announced_day_missing');
    assert.equal(read('2018-02-30'), 'announced_day_unknown');
    assert.equal(read('2018年2月7日(火)'), 'announced_weekday_differs');
    assert.equal(read('2018年2月7日 午前12時'), 'announced_hour_ambiguous');
  });
});
