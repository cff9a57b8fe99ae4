import assert from 'node:assert/strict';
import { deflateSync } from 'node:zlib';
import { describe, test } from 'node:test';
import jpeg from 'jpeg-js';
import { PNG } from 'pngjs';
import { openPictureReader } from './read-picture.ts';
import { redrawPicture } from './redraw-picture.ts';

const read = openPictureReader();

/** Left half red, right half blue. */
function halves(width: number, height: number): { width: number; height: number; data: Buffer } {
  const data = Buffer.alloc(width * height * 4, 255);
  for (let at = 0; at < width * height; at += 1) {
    const isLeft = at % width < width / 2;
    data.set(isLeft ? [220, 0, 0, 255] : [0, 0, 220, 255], at * 4);
  }
  return { width, height, data };
}

/** A segment of a JPEG behind its first marker. */
function withSegment(file: Uint8Array, marker: number, body: Buffer): Buffer {
  const head = Buffer.from([0xff, marker, (body.length + 2) >> 8, (body.length + 2) & 255]);
  return Buffer.concat([file.subarray(0, 2), head, body, file.subarray(2)]);
}

/** Orientation 6 and a place, as a telephone writes them. */
function exif(orientation: number): Buffer {
  const tiff = Buffer.alloc(26);
  tiff.write('MM');
  tiff.writeUInt16BE(42, 2);
  tiff.writeUInt32BE(8, 4);
  tiff.writeUInt16BE(1, 8);
  tiff.writeUInt16BE(0x0112, 10);
  tiff.writeUInt16BE(3, 12);
  tiff.writeUInt32BE(1, 14);
  tiff.writeUInt16BE(orientation, 18);
  return Buffer.concat([Buffer.from('Exif\0\0'), tiff, Buffer.from('GPS 35.6812 139.7671')]);
}

async function drawn(file: Uint8Array): Promise<Buffer> {
  const answer = await read(file, 'hana');
  assert.ok('bytes' in answer, JSON.stringify(answer));
  assert.equal(answer.mediaType, 'image/jpeg');
  return Buffer.from(answer.bytes);
}

async function refusal(file: Uint8Array, by = read, memberId = 'hana'): Promise<string> {
  const answer = await by(file, memberId);
  return 'refusal' in answer ? answer.refusal : 'drawn';
}

void describe('a picture of a gift', () => {
  void test('is drawn anew, without what else its file told', async () => {
    const photograph = withSegment(jpeg.encode(halves(64, 32), 90).data, 0xe1, exif(1));
    const program = Buffer.from(
      '<script>alert(1)</script><?php system($_GET[1]); ?>PK\u0003\u0004',
    );
    const out = await drawn(Buffer.concat([withSegment(photograph, 0xfe, program), program]));
    for (const told of ['Exif', 'GPS', '139.7671', 'script', 'php', 'PK\u0003']) {
      assert.ok(!out.includes(told), `${told} does not go out`);
    }
    const { width, height } = jpeg.decode(out);
    assert.deepEqual([width, height], [64, 32]);
  });

  void test('stands as the camera was held', async () => {
    const out = jpeg.decode(
      await drawn(withSegment(jpeg.encode(halves(64, 32), 95).data, 0xe1, exif(6))),
    );
    assert.deepEqual([out.width, out.height], [32, 64]);
    const dot = (x: number, y: number) => [
      ...out.data.subarray((y * 32 + x) * 4, (y * 32 + x) * 4 + 3),
    ];
    assert.ok(dot(16, 8)[0]! > 150 && dot(16, 8)[2]! < 100, 'red is on top');
    assert.ok(dot(16, 56)[2]! > 150 && dot(16, 56)[0]! < 100, 'blue is below');
  });

  void test('may be a PNG; what is clear becomes white, what is large becomes small', async () => {
    const png = new PNG({ width: 2_000, height: 500 });
    png.data = Buffer.alloc(2_000 * 500 * 4);
    const out = jpeg.decode(await drawn(PNG.sync.write(png)));
    assert.deepEqual([out.width, out.height], [1_280, 320]);
    assert.ok(out.data[0]! > 250 && out.data[1]! > 250);
  });

  void test('that is no picture is refused', async () => {
    const files = {
      text: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
      gif: Buffer.from('GIF89a/*\0\0\0\0*/=1;alert(1)'),
      empty: Buffer.alloc(0),
      page: Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.from('<html><script>')]),
      png: Buffer.concat([Buffer.from('\u0089PNG\r\n\u001a\n', 'latin1'), Buffer.alloc(100, 65)]),
      cut: Buffer.from(jpeg.encode(halves(64, 64), 90).data.subarray(0, 300)),
    };
    for (const [name, file] of Object.entries(files)) {
      assert.equal(await refusal(file), 'picture_not_readable', name);
    }
  });

  void test('that says it is larger than it may be is refused before it is unpacked', async () => {
    const bomb = pngOf(60_000, 60_000, deflateSync(Buffer.alloc(5_000_000)));
    assert.equal(await refusal(bomb), 'picture_not_readable');
    const wrongSize = pngOf(10, 10, deflateSync(Buffer.alloc(5_000_000)));
    assert.equal(await refusal(wrongSize), 'picture_not_readable');
    const huge = Buffer.from(jpeg.encode(halves(64, 64), 90).data);
    const frame = huge.indexOf(Buffer.from([0xff, 0xc0]));
    huge.writeUInt16BE(65_000, frame + 5);
    huge.writeUInt16BE(65_000, frame + 7);
    assert.equal(await refusal(huge), 'picture_not_readable');
    assert.equal(await refusal(Buffer.alloc(7_000_000)), 'picture_too_large');
  });

  void test('that unpacks to more than its header says is refused before a decoder has it', async () => {
    const packed = deflateSync(Buffer.alloc(100_000_000));
    assert.ok(packed.length < 100_000, 'it is small as it comes');
    const bombs = {
      interlaced: pngFrom([headerOf(10, 10, 1)], packed),
      second: pngFrom([headerOf(10, 10), headerOf(10, 10, 1)], packed),
      secondBehind: pngFrom([headerOf(10, 10)], packed, [headerOf(10, 10, 1)]),
      plain: pngFrom([headerOf(10, 10)], packed),
      deep: pngFrom([headerOf(3_600, 3_600, 0, 16)], packed),
      thin: pngFrom([headerOf(30_000, 1)], deflateSync(Buffer.alloc(120_001))),
    };
    for (const [name, bomb] of Object.entries(bombs)) {
      assert.equal(redrawPicture(bomb), null, name);
      assert.equal(await refusal(bomb), 'picture_not_readable', name);
    }
    const rows = deflateSync(Buffer.alloc((10 * 4 + 1) * 10));
    assert.equal(await refusal(pngFrom([headerOf(10, 10)], rows)), 'drawn');
    assert.equal(
      await refusal(pngFrom([headerOf(10, 10), headerOf(10, 10)], rows)),
      'picture_not_readable',
      'one header, not the last of several',
    );
  });

  void test('that takes too long is given up, and the next one is drawn', async () => {
    const patient = openPictureReader(1);
    assert.equal(
      await refusal(jpeg.encode(halves(2_000, 2_000), 90).data, patient),
      'picture_not_readable',
    );
    assert.equal(await refusal(jpeg.encode(halves(16, 16), 90).data), 'drawn');
  });

  void test('waits its turn; too many at once are told so', async () => {
    const file = jpeg.encode(halves(16, 16), 90).data;
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_each, place) => refusal(file, read, `member ${place}`)),
    );
    assert.equal(answers.filter((each) => each === 'pictures_busy').length, 3);
    assert.equal(answers.filter((each) => each === 'drawn').length, 5);
  });

  void test('has one place for each member: nobody takes those of others', async () => {
    const file = jpeg.encode(halves(16, 16), 90).data;
    const [first, ...more] = Array.from({ length: 6 }, () => refusal(file, read, 'eve'));
    assert.equal(await refusal(file, read, 'hana'), 'drawn');
    assert.deepEqual([...new Set(await Promise.all(more))], ['pictures_busy']);
    assert.equal(await first, 'drawn');
    assert.equal(await refusal(file, read, 'eve'), 'drawn', 'and the place is free again');
  });
});

function pngOf(width: number, height: number, packed: Buffer): Buffer {
  return pngFrom([headerOf(width, height)], packed);
}

function headerOf(width: number, height: number, interlace = 0, depth = 8): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, 6, 0, 0, interlace], 8);
  return header;
}

function pngFrom(headers: Buffer[], packed: Buffer, behind: Buffer[] = []): Buffer {
  return Buffer.concat([
    Buffer.from('\u0089PNG\r\n\u001a\n', 'latin1'),
    ...headers.map((header) => chunk('IHDR', header)),
    chunk('IDAT', packed),
    ...behind.map((header) => chunk('IHDR', header)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(name: string, body: Buffer): Buffer {
  const content = Buffer.concat([Buffer.from(name), body]);
  const out = Buffer.alloc(content.length + 8);
  out.writeUInt32BE(body.length, 0);
  content.copy(out, 4);
  out.writeUInt32BE(crc(content), content.length + 4);
  return out;
}

function crc(bytes: Buffer): number {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return (sum ^ 0xffffffff) >>> 0;
}
